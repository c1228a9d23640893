using Parley.Conversation.Escalations;
using Parley.Conversation.Tenants;
using Parley.Persistence.Escalations;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class EscalationTests(PostgresFixture postgres) : ReceiverTests(postgres)
{
    [Fact]
    public async Task An_escalation_goes_through_the_journal_into_one_row_and_one_notification_for_each_reason()
    {
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, null, default);
        var call = await World.StartCallAsync(Tenant, "CA1");
        World.Journal.Raise(Anger(call.CallId));
        World.Journal.Raise(Anger(call.CallId) with { Summary = "Again." });
        World.Journal.Raise(Anger(call.CallId) with { Reason = EscalationReason.AskedFor, Summary = "They want the manager." });
        await World.Journal.StopAsync(TimeSpan.FromSeconds(20));

        var reports = new EscalationReports(World.Database, World.Clock);
        var rows = (await reports.ListAsync(TenantScope.Of(Tenant.Id), new EscalationFilter(), default)).Items;
        rows.Select(r => r.Reason).ShouldBe([EscalationReason.Anger, EscalationReason.AskedFor], ignoreOrder: true);
        (await World.RunJobsAsync()).ShouldBe(2);
        Receiver.Posts.Count.ShouldBe(2);
        var text = Receiver.Posts.Select(p => p.Json.GetProperty("text").GetString()!).Single(t => t.Contains("angry", StringComparison.Ordinal));
        text.ShouldBe($"luigis: A caller is angry.\nCaller: +1***99\nCall me back on +1***23 &lt;!channel&gt; &amp; now\nCall {call.CallId}");
        Receiver.Posts.First().Json.EnumerateObject().Select(p => p.Name).ShouldBe(["text"]);
        (await World.RunJobsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Numbers_are_written_out_when_the_tenant_says_so()
    {
        await World.Importer.ImportAsync(Tenant with { Escalations = new EscalationSettings { FullNumbers = true } }, default);
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, null, default);
        var call = await World.StartCallAsync(Tenant, "CA1");
        await WriteAsync(Anger(call.CallId));

        await World.RunJobsAsync();

        Receiver.Posts.ShouldHaveSingleItem().Text.ShouldContain("+12125550199");
        Receiver.Posts.Single().Text.ShouldContain("212-555-0123");
    }

    [Fact]
    public async Task Reasons_that_staff_do_not_want_are_rows_without_a_notification()
    {
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, [EscalationReason.AskedFor], default);
        var call = await World.StartCallAsync(Tenant, "CA1");

        (await WriteAsync(Anger(call.CallId))).ShouldBeTrue();

        (await World.RunJobsAsync()).ShouldBe(0);
        (await World.ScalarAsync<int>("select count(*) from escalations")).ShouldBe(1);
    }

    [Fact]
    public async Task An_escalation_for_another_tenants_call_is_not_written()
    {
        var other = await World.Importer.ImportAsync(TestWorld.NewTenant("others", "+12125550102"), default);
        var call = await World.StartCallAsync(Tenant, "CA1");

        (await WriteAsync(Anger(call.CallId) with { TenantId = other.Id })).ShouldBeFalse();

        (await World.ScalarAsync<int>("select count(*) from escalations")).ShouldBe(0);
        await WriteAsync(Anger(call.CallId));
        var reports = new EscalationReports(World.Database, World.Clock);
        (await reports.ListAsync(TenantScope.Of(other.Id), new EscalationFilter(), default)).Items.ShouldBeEmpty();
        var id = await World.ScalarAsync<Guid>("select id from escalations");
        (await reports.SetHandledAsync(TenantScope.Of(other.Id), id, true, default)).ShouldBeNull();
        (await reports.SetHandledAsync(TenantScope.Of(Tenant.Id), id, true, default)).ShouldNotBeNull().HandledAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(404, "failed")]
    [InlineData(410, "failed")]
    [InlineData(429, "queued")]
    [InlineData(500, "queued")]
    public async Task What_slack_says_for_good_is_not_tried_again(int status, string expected)
    {
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, null, default);
        Receiver.AnswerWith(status);
        var call = await World.StartCallAsync(Tenant, "CA1");
        await WriteAsync(Anger(call.CallId));

        await World.RunJobsAsync();

        (await World.ScalarAsync<string>("select status from jobs where kind = 'notify_staff'")).ShouldBe(expected);
        Receiver.Posts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_time_gets_it()
    {
        await World.Webhooks.SetStaffAsync(Tenant.Id, Receiver.Address, null, default);
        Receiver.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        var call = await World.StartCallAsync(Tenant, "CA1");
        await WriteAsync(Anger(call.CallId));

        await World.RunJobsAsync();

        (await World.ScalarAsync<DateTime>("select run_at from jobs where kind = 'notify_staff'")).ShouldBe(World.Clock.Now.UtcDateTime.AddSeconds(120));
    }

    [Theory]
    [InlineData("call +12125550123 now", "call +1***23 now")]
    [InlineData("(212) 555-0123", "(***23")]
    [InlineData("on 2026-11-21 at 19:30", "on 2026-11-21 at 19:30")]
    [InlineData("a table for 4 at 7", "a table for 4 at 7")]
    [InlineData("+442079460123", "+44***23")]
    public void Masks_hide_numbers_and_nothing_else(string text, string masked) => PhoneMask.In(text).ShouldBe(masked);

    private Escalation Anger(Guid callId) => new()
    {
        CallId = callId,
        TenantId = Tenant.Id,
        Reason = EscalationReason.Anger,
        Summary = "Call me back on +1 212-555-0123 <!channel> & now",
        At = World.Clock.Now,
    };

    private async Task<bool> WriteAsync(Escalation escalation)
    {
        await using var connection = await World.Database.OpenAsync(default);
        return await EscalationWriter.WriteAsync(connection, null, escalation, World.Clock.Now, default);
    }
}
