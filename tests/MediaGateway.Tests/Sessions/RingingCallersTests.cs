using Parley.Conversation.Stores;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Sessions;

public sealed class RingingCallersTests
{
    private static readonly Guid Tenant = Guid.Parse("019547a0-0000-7000-8000-000000000001");

    [Fact]
    public async Task A_caller_is_looked_up_once_when_it_rings_and_a_call_that_rang_elsewhere_when_it_comes()
    {
        var histories = new Histories();
        var callers = new RingingCallers(histories, new ManualTime());
        callers.Ring("CA1", Tenant, "+12125550123");

        var first = callers.Take("CA1", Tenant, "+12125550123").ShouldNotBeNull();
        (await first).ShouldNotBeNull().Calls.ShouldBe(3);
        histories.Asked.ShouldBe(1);
        await callers.Take("CA2", Tenant, "+12125550123").ShouldNotBeNull();
        histories.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_withheld_number_has_no_past_and_a_database_that_fails_gives_none()
    {
        var callers = new RingingCallers(new Histories { Fails = true }, new ManualTime());
        callers.Ring("CA1", Tenant, null);

        callers.Take("CA1", Tenant, null).ShouldBeNull();
        (await callers.Take("CA2", Tenant, "+12125550123").ShouldNotBeNull()).ShouldBeNull();
        new RingingCallers(null, new ManualTime()).Take("CA3", Tenant, "+12125550123").ShouldBeNull();
    }

    private sealed class Histories : ICallerHistory
    {
        private int asked;

        public bool Fails { get; init; }

        public int Asked => Volatile.Read(ref asked);

        public Task<CallerHistory?> FindAsync(Guid tenantId, string number, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref asked);
            return Fails
                ? Task.FromException<CallerHistory?>(new TimeoutException())
                : Task.FromResult<CallerHistory?>(new CallerHistory { Calls = 3, FirstCallAt = default, LastCallAt = default });
        }
    }
}
