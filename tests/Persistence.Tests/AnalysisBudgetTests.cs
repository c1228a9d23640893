using Microsoft.Extensions.Logging;
using Parley.Conversation.Tenants;
using Parley.Persistence.Analysis;

namespace Parley.Persistence.Tests;

// The clock stands at Saturday, November 21, 2026, 13:00 in New York.
public sealed class AnalysisBudgetTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly Lines log = new();
    private TestWorld world = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task So_many_are_had_in_a_day_and_the_first_that_is_not_is_logged()
    {
        (await TakeAsync(3, times: 5)).ShouldBe([true, true, true, false, false]);
        log.Written.ShouldHaveSingleItem().ShouldBe("Models have analysed 3 calls of luigis today; rules analyse the others (setting Analysis:MostPerDay)");

        // Eleven at night in New York is another day in Greenwich, not there.
        world.Clock.Now = new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);
        (await TakeAsync(3, times: 1)).ShouldBe([false]);
        world.Clock.Now = world.Clock.Now.AddHours(1);
        (await TakeAsync(3, times: 4)).ShouldBe([true, true, true, false]);
        log.Written.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Each_tenant_has_its_own_and_nodes_share_it()
    {
        var other = await world.Importer.ImportAsync(TestWorld.NewTenant("others", "+12125550102"), default);

        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Budget(5).TakeAsync(tenant, default)));

        both.Count(taken => taken).ShouldBe(5);
        (await Budget(5).TakeAsync(other, default)).ShouldBeTrue();
        log.Written.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_limit_counts_at_once_and_none_is_none()
    {
        (await TakeAsync(0, times: 2)).ShouldBe([false, false]);
        (await TakeAsync(1, times: 2)).ShouldBe([true, false]);
        (await TakeAsync(2, times: 2)).ShouldBe([true, false]);
        (await TakeAsync(1, times: 1)).ShouldBe([false]);
    }

    private AnalysisBudget Budget(int most) => new(world.Database, new AnalysisOptions { MostPerDay = most }, world.Clock, log);

    private async Task<List<bool>> TakeAsync(int most, int times)
    {
        List<bool> taken = [];
        for (var i = 0; i < times; i++)
            taken.Add(await Budget(most).TakeAsync(tenant, default));
        return taken;
    }

    private sealed class Lines : ILogger<AnalysisBudget>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Written)
                Written.Add(formatter(state, exception));
        }
    }
}
