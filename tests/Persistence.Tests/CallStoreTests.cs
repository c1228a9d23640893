using Parley.Conversation.Stores;

namespace Parley.Persistence.Tests;

public sealed class CallStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;

    public async ValueTask InitializeAsync() => world = await TestWorld.CreateAsync(postgres);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_call_announced_several_times_at_once_is_one_call()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        CallStarted Announced() => new()
        {
            CallId = Guid.CreateVersion7(world.Clock.Now),
            CarrierCallId = "CA1",
            TenantId = tenant.Id,
            CalledNumber = "+12125550101",
            StartedAt = world.Clock.Now,
        };

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Calls.StartAsync(Announced(), default)));

        ids.Distinct().ShouldHaveSingleItem();
        (await world.Calls.FindAsync("CA1", default))!.CallerNumber.ShouldBeNull();
    }

    [Fact]
    public async Task A_second_stream_counts_as_a_resumption_and_a_repeated_one_does_not()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");

        foreach (var stream in (string[])["MZ1", "MZ1", "MZ2"])
            await world.Calls.ConnectedAsync(call.CallId, stream, world.Clock.Now, default);

        var snapshot = (await world.Calls.FindAsync("CA1", default))!;
        snapshot.Resumes.ShouldBe(1);
        snapshot.EndReason.ShouldBeNull();
        snapshot.History.ShouldBeEmpty();
        snapshot.NextOrdinal.ShouldBe(0);
    }

    [Fact]
    public async Task An_unknown_call_is_null() => (await world.Calls.FindAsync("CA404", default)).ShouldBeNull();

    [Fact]
    public async Task A_turn_that_is_replayed_late_does_not_bring_an_older_state_back()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.WriteTurnAsync(world.Turn(call.CallId, 2, "second", state: """{"step":2}"""));

        await world.WriteTurnAsync(world.Turn(call.CallId, 1, "first", state: """{"step":1}"""));

        var snapshot = (await world.Calls.FindAsync("CA1", default))!;
        snapshot.AgentStateJson.ShouldBe("""{"step": 2}""");
        snapshot.History.Select(h => h.Text).ShouldBe(["first", "second"]);
    }
}
