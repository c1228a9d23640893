using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class AnalysisTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_finished_call_is_analysed_once_and_the_analysis_is_shown_with_it()
    {
        var callId = await world.FinishedCallAsync(tenant, "CA1");
        (await FindAsync(callId)).Analysis.ShouldBeNull();

        (await world.RunJobsAsync()).ShouldBe(1);
        (await world.RunJobsAsync()).ShouldBe(0);

        var analysis = (await FindAsync(callId)).Analysis.ShouldNotBeNull();
        analysis.Intent.ShouldBe(CallIntent.Booking);
        analysis.MadeBy.ShouldBe("rules");
        analysis.Fields["party_size"].ShouldBe("2");
        analysis.Sentiment.ShouldBe(Sentiment.NeedsAttention);  // the booking was left open
    }

    [Fact]
    public async Task A_call_that_needs_attention_becomes_an_escalation_and_staff_are_told()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await world.Webhooks.SetStaffAsync(tenant.Id, receiver.Address, null, default);
        world.Analyst = new FixedAnalyst(_ => Found() with { Sentiment = Sentiment.Negative, Summary = "Ann is upset about the soup." });
        var callId = await world.FinishedCallAsync(tenant, "CA1");

        await world.RunJobsAsync();

        (await FindAsync(callId)).Escalations.ShouldHaveSingleItem().Summary.ShouldBe("Ann is upset about the soup.");
        receiver.Posts.ShouldHaveSingleItem().Text.ShouldContain("Ann is upset about the soup.");
    }

    [Fact]
    public async Task What_the_lead_and_the_customer_lack_is_filled_in_and_what_they_have_stays()
    {
        world.Analyst = new FixedAnalyst(_ => Found() with
        {
            Fields = new Dictionary<string, string> { ["name"] = "Wrong", ["service"] = "terrace", ["message"] = "Window, please." },
        });
        var callId = await world.FinishedCallAsync(tenant, "CA1");

        await world.RunJobsAsync();

        var lead = (await FindAsync(callId)).Lead.ShouldNotBeNull();
        lead.Name.ShouldBe("Ann");
        lead.Service.ShouldBe("terrace");
        lead.Note.ShouldBe("Window, please.");
        lead.PartySize.ShouldBe(2);
        (await world.ScalarAsync<string>("select name from customers")).ShouldBe("Ann");
    }

    [Fact]
    public async Task A_lead_that_was_dealt_with_is_left_alone()
    {
        world.Analyst = new FixedAnalyst(_ => Found() with { Fields = new Dictionary<string, string> { ["service"] = "terrace" } });
        var callId = await world.FinishedCallAsync(tenant, "CA1");
        await new LeadReports(world.Database, world.Clock).SetHandledAsync(
            TenantScope.Of(tenant.Id), (await FindAsync(callId)).Lead!.Id, true, default);

        await world.RunJobsAsync();

        (await FindAsync(callId)).Lead!.Service.ShouldBeNull();
    }

    [Fact]
    public async Task What_the_analysis_used_is_on_the_calls_bill()
    {
        world.Analyst = new FixedAnalyst(call =>
        {
            call.Meter!.Add(Capability.Think, "openai", "gpt", UsageUnit.OutputTokens, 55);
            return Found();
        });
        var callId = await world.FinishedCallAsync(tenant, "CA1");

        await world.RunJobsAsync();

        (await FindAsync(callId)).Usage.ShouldHaveSingleItem().Amount.ShouldBe(55);
    }

    [Fact]
    public async Task A_call_that_came_back_before_its_analysis_was_stored_keeps_none_and_is_analysed_at_its_end()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(call.CallId, "MZ1", world.Clock.Now, default);
        await world.WriteTurnAsync(world.Turn(call.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking }));
        await world.Finisher.FinishAsync(world.End(call.CallId, CallEndReason.TransportLost) with { StreamId = "MZ1" }, default);
        world.Clock.Now += TimeSpan.FromMinutes(2);
        world.Analyst = new FixedAnalyst(async _ =>
        {
            await world.Calls.ConnectedAsync(call.CallId, "MZ2", world.Clock.Now, default);
            return Found();
        });

        await world.RunJobsAsync();
        (await FindAsync(call.CallId)).Analysis.ShouldBeNull();
        world.Analyst = new FixedAnalyst(_ => Found() with { Summary = "Whole." });
        await world.Finisher.FinishAsync(world.End(call.CallId) with { StreamId = "MZ2" }, default);
        await world.RunJobsAsync();

        (await FindAsync(call.CallId)).Analysis.ShouldNotBeNull().Summary.ShouldBe("Whole.");
    }

    [Fact]
    public async Task An_analyst_that_throws_is_asked_again_later_and_then_given_up()
    {
        var asked = 0;
        world.Analyst = new FixedAnalyst(CallAnalysis (_) => throw new InvalidOperationException($"{++asked}"));
        await world.FinishedCallAsync(tenant, "CA1");
        for (var hour = 0; hour < 6; hour++)
        {
            await world.RunJobsAsync();
            world.Clock.Now += TimeSpan.FromHours(1);
        }

        asked.ShouldBe(4);
        (await world.ScalarAsync<string>("select status from jobs where kind = 'analyse_call'")).ShouldBe("failed");
    }

    private async Task<CallDetails> FindAsync(Guid callId) => (await world.Reports.FindAsync(TenantScope.Of(tenant.Id), callId, default)).ShouldNotBeNull();

    private static CallAnalysis Found() => new()
    {
        Intent = CallIntent.Booking,
        Outcome = CallOutcomeKind.Open,
        Sentiment = Sentiment.Neutral,
        Summary = "A booking.",
        Successful = true,
        MadeBy = "test",
    };

    private sealed class FixedAnalyst(Func<AnalysisInput, Task<CallAnalysis>> analyse) : ICallAnalyst
    {
        public FixedAnalyst(Func<AnalysisInput, CallAnalysis> analyse)
            : this(call => Task.FromResult(analyse(call)))
        {
        }

        public Task<CallAnalysis> AnalyseAsync(AnalysisInput call, CancellationToken cancellationToken) => analyse(call);
    }
}
