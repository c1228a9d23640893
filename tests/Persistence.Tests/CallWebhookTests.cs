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

public sealed class CallWebhookTests(PostgresFixture postgres) : ReceiverTests(postgres)
{
    private const string Key = "key_test_0123456789abcdef";

    [Fact]
    public async Task A_call_is_told_in_three_events_in_order_each_signed_over_its_bytes()
    {
        await SubscribeAsync();
        await WholeCallAsync("CA1");

        await World.RunJobsAsync();

        Receiver.Posts.Select(p => p.Event).ShouldBe(["call_started", "call_ended", "call_analyzed"]);
        foreach (var post in Receiver.Posts)
        {
            post.ContentType.ShouldBe("application/json");
            post.Signature.ShouldBe(Signature(post.Body, World.Clock.Now));
        }

        var started = Receiver.Posts.ElementAt(0).Json.GetProperty("call");
        started.GetProperty("call_status").GetString().ShouldBe("ongoing");
        started.GetProperty("from_number").GetString().ShouldBe("+12125550199");
        started.TryGetProperty("transcript", out _).ShouldBeFalse();

        var ended = Receiver.Posts.ElementAt(1).Json.GetProperty("call");
        ended.GetProperty("call_id").GetString().ShouldBe(started.GetProperty("call_id").GetString());
        ended.GetProperty("disconnection_reason").GetString().ShouldBe("agent_hangup");
        ended.GetProperty("transcript").GetString().ShouldBe("Agent: Hello.\nUser: A table for two, I'm Ann.\n");
        ended.GetProperty("duration_ms").GetInt64().ShouldBe(42_000);
        ended.TryGetProperty("call_analysis", out _).ShouldBeFalse();

        var analysis = Receiver.Posts.ElementAt(2).Json.GetProperty("call").GetProperty("call_analysis");
        analysis.GetProperty("call_successful").GetBoolean().ShouldBeTrue();
        analysis.GetProperty("custom_analysis_data").GetProperty("party_size").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task What_tools_did_in_the_call_is_told_and_nothing_of_another_call()
    {
        await SubscribeAsync("call_ended");
        await WholeCallAsync("CA1");
        await WholeCallAsync("CA2");
        var callId = await World.ScalarAsync<Guid>("select id from calls where carrier_call_id = 'CA1'");
        var other = await World.ScalarAsync<Guid>("select id from calls where carrier_call_id = 'CA2'");
        await RunToolAsync(callId, "take_message", """{"text":"Ring Ann."}""", "Noted.");
        await RunToolAsync(other, "take_message", """{"text":"Ring Bob."}""", "Noted for Bob.");

        await World.RunJobsAsync();

        var posts = Receiver.Posts.ToDictionary(p => p.Json.GetProperty("call").GetProperty("telephony_identifier").GetProperty("twilio_call_sid").GetString()!);
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
        await World.Ledger.BeginAsync(new ToolRun(key, Tenant.Id, callId, 1, tool, arguments, World.Clock.Now), default);
        await World.Ledger.CompleteAsync(Tenant.Id, key, new ToolResult { Text = text }, default);
    }

    [Fact]
    public async Task Only_the_wanted_events_of_the_tenants_own_calls_are_told()
    {
        await SubscribeAsync("call_ended");
        var other = await World.Importer.ImportAsync(TestWorld.NewTenant("others", "+12125550102"), default);
        await World.FinishedCallAsync(other, "CA9");
        await WholeCallAsync("CA1");

        await World.RunJobsAsync();

        Receiver.Posts.ShouldHaveSingleItem().Json.GetProperty("call").GetProperty("telephony_identifier").GetProperty("twilio_call_sid")
            .GetString().ShouldBe("CA1");
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_four_times_with_growing_waits_and_new_signatures_and_then_the_letter_is_dead()
    {
        await SubscribeAsync("call_ended");
        Receiver.AnswerWith(500);
        await WholeCallAsync("CA1");
        List<TimeSpan> waits = [];
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await World.RunJobsAsync();
            Receiver.Posts.Count.ShouldBe(attempt);
            if (attempt == 4)
                break;
            var next = await World.ScalarAsync<DateTime>("select run_at from jobs where kind = 'call_webhook'");
            waits.Add(next - World.Clock.Now.UtcDateTime);
            World.Clock.Now = new DateTimeOffset(next, TimeSpan.Zero);
        }

        waits[0].TotalSeconds.ShouldBeInRange(4, 6);
        waits[1].TotalSeconds.ShouldBeInRange(24, 36);
        waits[2].TotalSeconds.ShouldBeInRange(144, 216);
        Receiver.Posts.Select(p => p.Signature).Distinct().Count().ShouldBe(4);
        Receiver.Posts.Select(p => p.Text).Distinct().Count().ShouldBe(1);
        World.Clock.Now += TimeSpan.FromHours(2);
        (await World.RunJobsAsync()).ShouldBe(0);

        var letters = new DeadLetters(World.Database, World.Clock);
        var dead = (await letters.ListAsync(TenantScope.Of(Tenant.Id), new DeadLetterFilter(), default)).Items.ShouldHaveSingleItem();
        dead.Event.ShouldBe("call_ended");
        dead.Attempts.ShouldBe(4);
        dead.Error.ShouldBe("HTTP 500");

        var others = TenantScope.Of(Guid.CreateVersion7(World.Clock.Now));
        (await letters.ListAsync(others, new DeadLetterFilter(), default)).Items.ShouldBeEmpty();
        (await letters.ReplayAsync(others, dead.Id, default)).ShouldBeFalse();
        Receiver.AnswerWith(204);
        (await letters.ReplayAsync(TenantScope.Of(Tenant.Id), dead.Id, default)).ShouldBeTrue();
        (await letters.ReplayAsync(TenantScope.Of(Tenant.Id), dead.Id, default)).ShouldBeFalse();
        (await World.RunJobsAsync()).ShouldBe(1);
        Receiver.Posts.Count.ShouldBe(5);
        (await letters.ListAsync(TenantScope.Of(Tenant.Id), new DeadLetterFilter(), default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_start_does_not_hold_back_the_end()
    {
        await SubscribeAsync("call_started", "call_ended");
        Receiver.AnswerWith(503);
        await WholeCallAsync("CA1");

        await World.RunJobsAsync();

        Receiver.Posts.Select(p => p.Event).ShouldBe(["call_started", "call_ended"]);
    }

    [Fact]
    public async Task A_later_event_waits_for_the_first_attempt_of_an_earlier_one()
    {
        await SubscribeAsync("call_started", "call_ended");
        await WholeCallAsync("CA1");
        var arrived = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        Receiver.Answer = async context =>
        {
            arrived.TrySetResult();
            await gate.Task;
            context.Response.StatusCode = 204;
        };

        // The analysis is of another kind and runs meanwhile.
        var first = World.Jobs.RunNextAsync(default);
        await arrived.Task;
        await World.RunJobsAsync();
        Receiver.Posts.Select(p => p.Event).ShouldBe(["call_started"]);
        gate.SetResult();
        (await first).ShouldBeTrue();
        await World.RunJobsAsync();

        Receiver.Posts.Select(p => p.Event).ShouldBe(["call_started", "call_ended"]);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await SubscribeAsync("call_ended");
        Receiver.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await WholeCallAsync("CA1");

        await World.RunJobsAsync();

        Receiver.Posts.ShouldHaveSingleItem().Path.ShouldBe("/hook");
        (await World.ScalarAsync<string>("select last_error from jobs where kind = 'call_webhook'")).ShouldBe("HTTP 302");
    }

    [Fact]
    public async Task A_private_address_is_refused_at_once_and_nothing_is_sent()
    {
        using var guarded = new Parley.Conversation.Net.OutgoingHttp(new Parley.Conversation.Net.OutgoingOptions { AllowPlainHttp = true });
        using var jobs = new Jobs.JobQueue(
            World.Database, World.Signals, World.Clock, [new CallWebhookSender(World.Database, World.Vault, World.Reports, World.Ledger, guarded, World.Clock)],
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Jobs.JobQueue>.Instance);
        await World.Webhooks.SetCallsAsync(Tenant.Id, new UriBuilder(Receiver.Address) { Host = "localhost" }.Uri, ["call_ended"], Key, default);
        await WholeCallAsync("CA1");

        (await jobs.RunNextAsync(default)).ShouldBeTrue();

        Receiver.Posts.ShouldBeEmpty();
        (await World.ScalarAsync<string>("select status || ': ' || last_error from jobs where kind = 'call_webhook'"))
            .ShouldBe("failed: The address does not belong to the public internet.");
    }

    [Fact]
    public async Task A_call_that_comes_back_within_the_grace_is_told_to_have_ended_once()
    {
        await SubscribeAsync("call_ended");
        var call = await World.StartCallAsync(Tenant, "CA1");
        await World.Calls.ConnectedAsync(call.CallId, "MZ1", World.Clock.Now, default);
        await World.Finisher.FinishAsync(World.End(call.CallId, CallEndReason.TransportLost) with { StreamId = "MZ1" }, default);
        await World.RunJobsAsync();
        Receiver.Posts.ShouldBeEmpty();

        await World.Calls.ConnectedAsync(call.CallId, "MZ2", World.Clock.Now, default);
        World.Clock.Now += TimeSpan.FromMinutes(5);
        await World.RunJobsAsync();
        Receiver.Posts.ShouldBeEmpty();
        await World.Finisher.FinishAsync(World.End(call.CallId) with { StreamId = "MZ2" }, default);
        await World.RunJobsAsync();

        Receiver.Posts.ShouldHaveSingleItem().Json.GetProperty("call").GetProperty("disconnection_reason").GetString().ShouldBe("agent_hangup");
    }

    [Fact]
    public async Task A_key_is_made_once_kept_when_left_out_and_never_read_out()
    {
        var made = await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, ["call_ended"], null, default);
        made.ShouldNotBeNull().Length.ShouldBeGreaterThan(40);
        (await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, CallWebhookEvents.All, null, default)).ShouldBeNull();
        (await StoredKeyAsync()).ShouldBe(made);
        var row = (await World.Webhooks.FindCallsAsync(Tenant.Id, default)).ShouldNotBeNull();
        row.ToString().ShouldNotContain(made);
        row.Events.ShouldBe(CallWebhookEvents.All);

        (await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, ["call_ended"], Key, default)).ShouldBeNull();
        (await StoredKeyAsync()).ShouldBe(Key);
        (await World.Webhooks.FindCallsAsync(Guid.CreateVersion7(World.Clock.Now), default)).ShouldBeNull();
    }

    private async Task<string> StoredKeyAsync() =>
        World.Vault.Open(Tenant.Id, TenantWebhooks.CallKey, await World.ScalarAsync<string>("select key from call_webhooks where sealed"));

    private async Task SubscribeAsync(params string[] events) =>
        await World.Webhooks.SetCallsAsync(Tenant.Id, Receiver.Address, events.Length == 0 ? CallWebhookEvents.All : events, Key, default);

    // Each step at a time of its own, as in life.
    private async Task WholeCallAsync(string carrierCallId)
    {
        var call = await World.StartCallAsync(Tenant, carrierCallId);
        await World.Calls.ConnectedAsync(call.CallId, "MZ" + carrierCallId, World.Clock.Now, default);
        await World.WriteTurnAsync(World.Turn(call.CallId, 0, "Hello."));
        await World.WriteTurnAsync(World.Turn(call.CallId, 1, "A table for two, I'm Ann.", new CallFacts
        {
            Intent = CallIntent.Booking, Name = "Ann", PartySize = 2, Confirmed = true,
        }));
        var end = World.End(call.CallId);
        World.Clock.Now += TimeSpan.FromSeconds(43);
        await World.Finisher.FinishAsync(end, default);
    }

    private static string Signature(byte[] body, DateTimeOffset at)
    {
        var time = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var digest = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), body.Concat(Encoding.ASCII.GetBytes(time)).ToArray());
        return $"v={time},d={Convert.ToHexStringLower(digest)}";
    }
}
