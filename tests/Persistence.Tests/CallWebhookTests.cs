using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class CallWebhookTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Key = "key_test_0123456789abcdef";

    private TestWorld world = null!;
    private WebhookReceiver receiver = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        receiver = await WebhookReceiver.StartAsync();
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_call_is_told_in_three_events_in_order_each_signed_over_its_bytes()
    {
        await SubscribeAsync();
        await WholeCallAsync("CA1");

        await world.RunJobsAsync();

        receiver.Posts.Select(p => p.Event).ShouldBe(["call_started", "call_ended", "call_analyzed"]);
        foreach (var post in receiver.Posts)
        {
            post.ContentType.ShouldBe("application/json");
            post.Signature.ShouldBe(Signature(post.Body, world.Clock.Now));
        }

        var started = receiver.Posts.ElementAt(0).Json.GetProperty("call");
        started.GetProperty("call_status").GetString().ShouldBe("ongoing");
        started.GetProperty("from_number").GetString().ShouldBe("+12125550199");
        started.TryGetProperty("transcript", out _).ShouldBeFalse();

        var ended = receiver.Posts.ElementAt(1).Json.GetProperty("call");
        ended.GetProperty("call_id").GetString().ShouldBe(started.GetProperty("call_id").GetString());
        ended.GetProperty("disconnection_reason").GetString().ShouldBe("agent_hangup");
        ended.GetProperty("transcript").GetString().ShouldBe("Agent: Hello.\nUser: A table for two, I'm Ann.\n");
        ended.GetProperty("duration_ms").GetInt64().ShouldBe(42_000);
        ended.TryGetProperty("call_analysis", out _).ShouldBeFalse();

        var analysis = receiver.Posts.ElementAt(2).Json.GetProperty("call").GetProperty("call_analysis");
        analysis.GetProperty("call_successful").GetBoolean().ShouldBeTrue();
        analysis.GetProperty("custom_analysis_data").GetProperty("party_size").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task What_tools_did_in_the_call_is_told_and_nothing_of_another_call()
    {
        await SubscribeAsync("call_ended");
        await WholeCallAsync("CA1");
        await WholeCallAsync("CA2");
        var callId = await world.ScalarAsync<Guid>("select id from calls where carrier_call_id = 'CA1'");
        var other = await world.ScalarAsync<Guid>("select id from calls where carrier_call_id = 'CA2'");
        await RunToolAsync(callId, "take_message", """{"text":"Ring Ann."}""", "Noted.");
        await RunToolAsync(other, "take_message", """{"text":"Ring Bob."}""", "Noted for Bob.");

        await world.RunJobsAsync();

        var posts = receiver.Posts.ToDictionary(p => p.Json.GetProperty("call").GetProperty("telephony_identifier").GetProperty("twilio_call_sid").GetString()!);
        posts["CA1"].Text.ShouldNotContain("Bob");
        posts["CA2"].Text.ShouldNotContain("Ring Ann");
        var entries = posts["CA1"].Json.GetProperty("call").GetProperty("transcript_with_tool_calls").EnumerateArray().ToList();
        var invocation = entries.Where(e => e.GetProperty("role").GetString() == "tool_call_invocation").ShouldHaveSingleItem();
        invocation.GetProperty("name").GetString().ShouldBe("take_message");
        invocation.GetProperty("arguments").GetString().ShouldBe("""{"text":"Ring Ann."}""");
        entries.Single(e => e.GetProperty("role").GetString() == "tool_call_result").GetProperty("content").GetString().ShouldBe("Noted.");
    }

    private async Task RunToolAsync(Guid callId, string tool, string arguments, string text)
    {
        var key = $"{callId:N}-1-{tool}";
        await world.Ledger.BeginAsync(new ToolRun(key, tenant.Id, callId, 1, tool, arguments, world.Clock.Now), default);
        await world.Ledger.CompleteAsync(tenant.Id, key, new ToolResult { Text = text }, default);
    }

    [Fact]
    public async Task Only_the_wanted_events_of_the_tenants_own_calls_are_told()
    {
        await SubscribeAsync("call_ended");
        var other = await world.Importer.ImportAsync(TestWorld.NewTenant("others", "+12125550102"), default);
        await world.FinishedCallAsync(other, "CA9");
        await WholeCallAsync("CA1");

        await world.RunJobsAsync();

        receiver.Posts.ShouldHaveSingleItem().Json.GetProperty("call").GetProperty("telephony_identifier").GetProperty("twilio_call_sid")
            .GetString().ShouldBe("CA1");
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_four_times_with_growing_waits_and_new_signatures_and_then_the_letter_is_dead()
    {
        await SubscribeAsync("call_ended");
        receiver.AnswerWith(500);
        await WholeCallAsync("CA1");
        List<TimeSpan> waits = [];
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await world.RunJobsAsync();
            receiver.Posts.Count.ShouldBe(attempt);
            if (attempt == 4)
                break;
            var next = await world.ScalarAsync<DateTime>("select run_at from jobs where kind = 'call_webhook'");
            waits.Add(next - world.Clock.Now.UtcDateTime);
            world.Clock.Now = new DateTimeOffset(next, TimeSpan.Zero);
        }

        waits[0].TotalSeconds.ShouldBeInRange(4, 6);
        waits[1].TotalSeconds.ShouldBeInRange(24, 36);
        waits[2].TotalSeconds.ShouldBeInRange(144, 216);
        receiver.Posts.Select(p => p.Signature).Distinct().Count().ShouldBe(4);
        receiver.Posts.Select(p => p.Text).Distinct().Count().ShouldBe(1);
        world.Clock.Now += TimeSpan.FromHours(2);
        (await world.RunJobsAsync()).ShouldBe(0);

        var letters = new DeadLetters(world.Database, world.Clock);
        var dead = (await letters.ListAsync(TenantScope.Of(tenant.Id), new DeadLetterFilter(), default)).Items.ShouldHaveSingleItem();
        dead.Event.ShouldBe("call_ended");
        dead.Attempts.ShouldBe(4);
        dead.Error.ShouldBe("HTTP 500");

        var others = TenantScope.Of(Guid.CreateVersion7(world.Clock.Now));
        (await letters.ListAsync(others, new DeadLetterFilter(), default)).Items.ShouldBeEmpty();
        (await letters.ReplayAsync(others, dead.Id, default)).ShouldBeFalse();
        receiver.AnswerWith(204);
        (await letters.ReplayAsync(TenantScope.Of(tenant.Id), dead.Id, default)).ShouldBeTrue();
        (await letters.ReplayAsync(TenantScope.Of(tenant.Id), dead.Id, default)).ShouldBeFalse();
        (await world.RunJobsAsync()).ShouldBe(1);
        receiver.Posts.Count.ShouldBe(5);
        (await letters.ListAsync(TenantScope.Of(tenant.Id), new DeadLetterFilter(), default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_start_does_not_hold_back_the_end()
    {
        await SubscribeAsync("call_started", "call_ended");
        receiver.AnswerWith(503);
        await WholeCallAsync("CA1");

        await world.RunJobsAsync();

        receiver.Posts.Select(p => p.Event).ShouldBe(["call_started", "call_ended"]);
    }

    [Fact]
    public async Task A_later_event_waits_for_the_first_attempt_of_an_earlier_one()
    {
        await SubscribeAsync("call_started", "call_ended");
        await WholeCallAsync("CA1");
        var arrived = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            arrived.TrySetResult();
            await gate.Task;
            context.Response.StatusCode = 204;
        };

        // The analysis is of another kind and runs meanwhile.
        var first = world.Jobs.RunNextAsync(default);
        await arrived.Task;
        await world.RunJobsAsync();
        receiver.Posts.Select(p => p.Event).ShouldBe(["call_started"]);
        gate.SetResult();
        (await first).ShouldBeTrue();
        await world.RunJobsAsync();

        receiver.Posts.Select(p => p.Event).ShouldBe(["call_started", "call_ended"]);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await SubscribeAsync("call_ended");
        receiver.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await WholeCallAsync("CA1");

        await world.RunJobsAsync();

        receiver.Posts.ShouldHaveSingleItem().Path.ShouldBe("/hook");
        (await world.ScalarAsync<string>("select last_error from jobs where kind = 'call_webhook'")).ShouldBe("HTTP 302");
    }

    [Fact]
    public async Task A_private_address_is_refused_at_once_and_nothing_is_sent()
    {
        using var guarded = new Parley.Conversation.Net.OutgoingHttp(new Parley.Conversation.Net.OutgoingOptions { AllowPlainHttp = true });
        using var jobs = new Jobs.JobQueue(
            world.Database, world.Signals, world.Clock, [new CallWebhookSender(world.Database, world.Vault, world.Reports, world.Ledger, guarded, world.Clock)],
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Jobs.JobQueue>.Instance);
        await world.Webhooks.SetCallsAsync(tenant.Id, new UriBuilder(receiver.Address) { Host = "localhost" }.Uri, ["call_ended"], Key, default);
        await WholeCallAsync("CA1");

        (await jobs.RunNextAsync(default)).ShouldBeTrue();

        receiver.Posts.ShouldBeEmpty();
        (await world.ScalarAsync<string>("select status || ': ' || last_error from jobs where kind = 'call_webhook'"))
            .ShouldBe("failed: The address does not belong to the public internet.");
    }

    [Fact]
    public async Task A_call_that_comes_back_within_the_grace_is_told_to_have_ended_once()
    {
        await SubscribeAsync("call_ended");
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(call.CallId, "MZ1", world.Clock.Now, default);
        await world.Finisher.FinishAsync(world.End(call.CallId, CallEndReason.TransportLost) with { StreamId = "MZ1" }, default);
        await world.RunJobsAsync();
        receiver.Posts.ShouldBeEmpty();

        await world.Calls.ConnectedAsync(call.CallId, "MZ2", world.Clock.Now, default);
        world.Clock.Now += TimeSpan.FromMinutes(5);
        await world.RunJobsAsync();
        receiver.Posts.ShouldBeEmpty();
        await world.Finisher.FinishAsync(world.End(call.CallId) with { StreamId = "MZ2" }, default);
        await world.RunJobsAsync();

        receiver.Posts.ShouldHaveSingleItem().Json.GetProperty("call").GetProperty("disconnection_reason").GetString().ShouldBe("agent_hangup");
    }

    [Fact]
    public async Task A_key_is_made_once_kept_when_left_out_and_never_read_out()
    {
        var made = await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, ["call_ended"], null, default);
        made.ShouldNotBeNull().Length.ShouldBeGreaterThan(40);
        (await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, CallWebhookEvents.All, null, default)).ShouldBeNull();
        (await StoredKeyAsync()).ShouldBe(made);
        var row = (await world.Webhooks.FindCallsAsync(tenant.Id, default)).ShouldNotBeNull();
        row.ToString().ShouldNotContain(made);
        row.Events.ShouldBe(CallWebhookEvents.All);

        (await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, ["call_ended"], Key, default)).ShouldBeNull();
        (await StoredKeyAsync()).ShouldBe(Key);
        (await world.Webhooks.FindCallsAsync(Guid.CreateVersion7(world.Clock.Now), default)).ShouldBeNull();
    }

    private async Task<string> StoredKeyAsync() =>
        world.Vault.Open(tenant.Id, TenantWebhooks.CallKey, await world.ScalarAsync<string>("select key from call_webhooks where sealed"));

    private async Task SubscribeAsync(params string[] events) =>
        await world.Webhooks.SetCallsAsync(tenant.Id, receiver.Address, events.Length == 0 ? CallWebhookEvents.All : events, Key, default);

    // Each step at a time of its own, as in life.
    private async Task WholeCallAsync(string carrierCallId)
    {
        var call = await world.StartCallAsync(tenant, carrierCallId);
        await world.Calls.ConnectedAsync(call.CallId, "MZ" + carrierCallId, world.Clock.Now, default);
        await world.WriteTurnAsync(world.Turn(call.CallId, 0, "Hello."));
        await world.WriteTurnAsync(world.Turn(call.CallId, 1, "A table for two, I'm Ann.", new CallFacts
        {
            Intent = CallIntent.Booking, Name = "Ann", PartySize = 2, Confirmed = true,
        }));
        var end = world.End(call.CallId);
        world.Clock.Now += TimeSpan.FromSeconds(43);
        await world.Finisher.FinishAsync(end, default);
    }

    private static string Signature(byte[] body, DateTimeOffset at)
    {
        var time = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var digest = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), body.Concat(Encoding.ASCII.GetBytes(time)).ToArray());
        return $"v={time},d={Convert.ToHexStringLower(digest)}";
    }
}
