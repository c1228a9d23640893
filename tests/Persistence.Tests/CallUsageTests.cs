using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Calls;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

/// <summary>What calls use of their providers, and what it costs.</summary>
public sealed class CallUsageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly ProviderUsage Heard = new(Capability.Recognise, "deepgram", "nova-3", UsageUnit.AudioMs, 30_001);
    private static readonly ProviderUsage Spoken = new(Capability.Speak, "elevenlabs", "", UsageUnit.Characters, 123);

    private TestWorld world = null!;
    private Tenant tenant = null!;
    private CallFinisher finisher = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var prices = new PriceTable(Options.Create(new ProviderOptions
        {
            Currency = "EUR",
            Prices =
            [
                new UnitPrice { Provider = "deepgram", Unit = UsageUnit.AudioMs, Price = 0.0043m, Per = 60_000 },
                new UnitPrice { Provider = "elevenlabs", Unit = UsageUnit.Characters, Price = 0.00005m },
            ],
        }));
        finisher = new CallFinisher(world.Database, world.Planner, world.Clock, NullLogger<CallFinisher>.Instance, prices);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Use_and_cost_are_stored_with_the_call_exactly_and_once()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        var end = world.End(call.CallId) with { StreamId = "MZ1", Usage = [Heard, Spoken] };
        await finisher.FinishAsync(end, default);
        await finisher.FinishAsync(end, default);

        var details = await FindAsync(call);
        details.Usage.ShouldBe([Heard, Spoken]);
        details.Cost.ShouldBe(30_001m * 0.0043m / 60_000m + 123 * 0.00005m);
        details.Currency.ShouldBe("EUR");
    }

    [Fact]
    public async Task What_has_no_price_leaves_the_use_and_no_cost()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        var unknown = new ProviderUsage(Capability.Think, "openai", "small", UsageUnit.InputTokens, 7);
        await finisher.FinishAsync(world.End(call.CallId) with { Usage = [Heard, unknown] }, default);

        var details = await FindAsync(call);
        details.Usage.ShouldBe([Heard, unknown]);
        details.Cost.ShouldBeNull();
        details.Currency.ShouldBeNull();
    }

    [Fact]
    public async Task The_streams_of_a_call_that_broke_are_added_up_in_whatever_order_their_ends_come()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(call.CallId, "MZ1", world.Clock.Now, default);
        await world.Calls.ConnectedAsync(call.CallId, "MZ2", world.Clock.Now, default);
        await finisher.FinishAsync(world.End(call.CallId) with { StreamId = "MZ2", Usage = [Heard] }, default);
        await finisher.FinishAsync(world.End(call.CallId, CallEndReason.TransportLost) with { StreamId = "MZ1", Usage = [Heard, Spoken] }, default);

        var details = await FindAsync(call);
        details.Usage.ShouldBe([Heard with { Amount = 60_002 }, Spoken]);
        details.Cost.ShouldBe(60_002m * 0.0043m / 60_000m + 123 * 0.00005m);
        details.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
    }

    [Fact]
    public async Task A_call_that_used_nothing_has_no_bill()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        await finisher.FinishAsync(world.End(call.CallId), default);

        var details = await FindAsync(call);
        details.Usage.ShouldBeEmpty();
        details.Cost.ShouldBeNull();
    }

    private async Task<CallDetails> FindAsync(CallStarted call) =>
        (await new CallReports(world.Database, world.Clock).FindAsync(TenantScope.Operator, call.CallId, default))!;
}
