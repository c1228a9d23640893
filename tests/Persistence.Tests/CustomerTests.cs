using Parley.Conversation.Agents;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;
using Parley.Persistence.Customers;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class CustomerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Caller = "+12125550199";

    private TestWorld world = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Each_number_is_one_customer_of_a_tenant_with_counts_name_and_history()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        world.Clock.Now += TimeSpan.FromDays(1);
        await BookedCallAsync("CA2", "Ann Smith");
        var last = world.Clock.Now;
        var other = await world.Importer.ImportAsync(TestWorld.NewTenant("others", "+12125550102"), default);
        await world.FinishedCallAsync(other, "CA3");

        var customers = new CustomerReports(world.Database, world.Reports);
        var customer = (await customers.ListAsync(TenantScope.Of(tenant.Id), new CustomerFilter(), default)).Items.ShouldHaveSingleItem();
        customer.Phone.ShouldBe(Caller);
        customer.Name.ShouldBe("Ann Smith");
        customer.Calls.ShouldBe(2);
        customer.Bookings.ShouldBe(1);
        customer.LastCallAt.ShouldBe(last);
        var details = (await customers.FindAsync(TenantScope.Of(tenant.Id), customer.Id, default)).ShouldNotBeNull();
        details.Calls.Select(c => c.CarrierCallId).ShouldBe(["CA2", "CA1"]);
        (await customers.FindAsync(TenantScope.Of(other.Id), customer.Id, default)).ShouldBeNull();
        (await customers.ListAsync(TenantScope.Operator, new CustomerFilter { Number = Caller }, default)).Items.Count.ShouldBe(2);

        var history = (await new CallerHistoryStore(world.Database, world.Clock).FindAsync(tenant.Id, Caller, default)).ShouldNotBeNull();
        history.Name.ShouldBe("Ann Smith");
        history.Calls.ShouldBe(2);
        history.Recent.Select(r => r.At).ShouldBe([last, last.AddDays(-1)]);
        history.Recent.ShouldAllBe(r => r.Intent == CallIntent.Booking && r.Summary == "2 turns");
        var elsewhere = await new CallerHistoryStore(world.Database, world.Clock).FindAsync(other.Id, Caller, default);
        elsewhere.ShouldNotBeNull().Calls.ShouldBe(1);
        (await new CallerHistoryStore(world.Database, world.Clock).FindAsync(tenant.Id, "+12125550000", default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_call_that_is_closed_twice_counts_once()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.CloseByCarrierAsync("CA1", "completed", 42, world.Clock.Now, default);
        await world.Finisher.FinishAsync(world.End(call.CallId), default);
        await world.Finisher.FinishAsync(world.End(call.CallId), default);

        (await world.ScalarAsync<int>("select calls from customers")).ShouldBe(1);
    }

    [Fact]
    public async Task A_name_once_known_is_not_lost_by_a_call_without_one()
    {
        await BookedCallAsync("CA1", "Ann");
        var call = await world.StartCallAsync(tenant, "CA2");
        await world.Finisher.FinishAsync(world.End(call.CallId), default);

        (await world.ScalarAsync<string>("select name || ' ' || calls from customers")).ShouldBe("Ann 2");
    }

    [Fact]
    public async Task A_withheld_number_makes_a_customer_only_when_the_caller_gives_one()
    {
        world.Planner = call => new PostCallPlan(
            new LeadDraft { Intent = CallIntent.Message, Status = "open", Name = call.Facts.Name, Phone = call.Facts.Phone, Summary = "x" }, []);
        await WithheldAsync("CA1", null);
        (await world.ScalarAsync<int>("select count(*) from customers")).ShouldBe(0);

        await WithheldAsync("CA2", "+12125550777");
        (await world.ScalarAsync<string>("select phone || ' ' || calls from customers")).ShouldBe("+12125550777 1");
    }

    private async Task WithheldAsync(string carrierCallId, string? given)
    {
        var call = await world.StartCallAsync(tenant, carrierCallId, caller: null!);
        await world.WriteTurnAsync(world.Turn(call.CallId, 1, "Hello.", new CallFacts { Intent = CallIntent.Message, Phone = given }));
        await world.Finisher.FinishAsync(world.End(call.CallId), default);
    }

    private async Task BookedCallAsync(string carrierCallId, string name)
    {
        var call = await world.StartCallAsync(tenant, carrierCallId);
        await world.WriteTurnAsync(world.Turn(call.CallId, 0, "Hello."));
        await world.WriteTurnAsync(world.Turn(
            call.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking, Name = name, Confirmed = true }));
        await world.Finisher.FinishAsync(world.End(call.CallId), default);
    }
}
