using Parley.Conversation.Agents;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests.Bookings;

// The clock stands at Saturday, November 21, 2026, 13:00 in New York.
public sealed class BookingLeadsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Evening = "2026-11-21T19:00";
    private const string Later = "2026-11-21T21:00";

    private BookingWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await BookingWorld.CreateAsync(postgres);
        world.World.Planner = PostCallPlanner.Plan;
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_booking_that_another_call_cancels_leaves_no_confirmed_lead_and_counts_for_the_customer_no_more()
    {
        var first = await world.CallAsync();
        await first.BookAsync(Evening, 2, "Ann Lee");
        await EndAsync(first);
        (await LeadAsync(first)).Status.ShouldBe(LeadStatus.Confirmed);
        (await world.World.ScalarAsync<int>("select bookings from customers")).ShouldBe(1);

        var second = await world.CallAsync();
        await CancelAsync(second);

        var lead = await LeadAsync(first);
        (lead.Status, lead.Summary).ShouldBe((LeadStatus.Cancelled, "Ann Lee booked 2 people on Sat, Nov 21 at 7:00 PM. It was called off later."));
        (await world.World.ScalarAsync<int>("select bookings from customers")).ShouldBe(0);

        await EndAsync(second);
        var own = await LeadAsync(second);
        (own.Intent, own.Status, own.RequestedFor).ShouldBe((CallIntent.Booking, LeadStatus.Cancelled, new DateTime(2026, 11, 21, 19, 0, 0)));
        own.Summary.ShouldBe("Ann Lee called off 2 people on Sat, Nov 21 at 7:00 PM.");
    }

    [Fact]
    public async Task The_lead_of_a_call_that_ends_after_its_booking_was_cancelled_says_so_too()
    {
        var first = await world.CallAsync();
        await first.BookAsync(Evening, 2, "Ann Lee");
        await CancelAsync(await world.CallAsync());

        await EndAsync(first);

        (await LeadAsync(first)).Status.ShouldBe(LeadStatus.Cancelled);
    }

    [Fact]
    public async Task A_booking_that_another_call_moves_leaves_one_confirmed_lead()
    {
        var first = await world.CallAsync();
        await first.BookAsync(Evening, 2, "Ann Lee");
        await EndAsync(first);

        var second = await world.CallAsync();
        (await second.RunAsync("move_booking", new { date_time = Later })).Failed.ShouldBeFalse();
        // What is only held changes nothing.
        (await LeadAsync(first)).Status.ShouldBe(LeadStatus.Confirmed);
        (await second.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
        await EndAsync(second);

        var lead = await LeadAsync(first);
        (lead.Status, lead.Summary).ShouldBe((LeadStatus.Moved, "Ann Lee booked 2 people on Sat, Nov 21 at 7:00 PM. It was moved later to 2026-11-21 21:00."));
        (await LeadAsync(second)).ShouldSatisfyAllConditions(
            l => l.Status.ShouldBe(LeadStatus.Confirmed), l => l.RequestedFor.ShouldBe(new DateTime(2026, 11, 21, 21, 0, 0)));

        await CancelAsync(await world.CallAsync());
        (await LeadAsync(first)).Status.ShouldBe(LeadStatus.Moved);
        (await LeadAsync(second)).Status.ShouldBe(LeadStatus.Cancelled);
        (await world.World.ScalarAsync<int>("select bookings from customers")).ShouldBe(0);
    }

    [Fact]
    public async Task A_booking_that_its_own_call_moves_or_cancels_has_one_true_lead()
    {
        var moved = await world.CallAsync("+12125550001");
        await moved.BookAsync(Evening, 2, "Ann Lee");
        await moved.Next().RunAsync("move_booking", new { date_time = Later });
        await moved.Next().RunAsync("confirm_booking");
        await EndAsync(moved);
        (await LeadAsync(moved)).ShouldSatisfyAllConditions(
            l => l.Status.ShouldBe(LeadStatus.Confirmed), l => l.RequestedFor.ShouldBe(new DateTime(2026, 11, 21, 21, 0, 0)));

        var cancelled = await world.CallAsync("+12125550002");
        await cancelled.BookAsync(Evening, 2, "Bob Lee");
        await CancelAsync(cancelled.Next());
        await EndAsync(cancelled);
        (await LeadAsync(cancelled)).ShouldSatisfyAllConditions(
            l => l.Status.ShouldBe(LeadStatus.Cancelled), l => l.RequestedFor.ShouldBe(new DateTime(2026, 11, 21, 19, 0, 0)));
    }

    [Fact]
    public async Task Only_the_lead_of_the_booking_that_is_called_off_changes_and_what_staff_ticked_off_stays_so()
    {
        var kept = await world.CallAsync("+12125550001");
        await kept.BookAsync(Evening, 2, "Ann Lee");
        await EndAsync(kept);
        var off = await world.CallAsync("+12125550002");
        await off.BookAsync(Evening, 2, "Bob Lee");
        await EndAsync(off);
        var leads = new LeadReports(world.World.Database, world.World.Clock);
        await leads.SetHandledAsync(TenantScope.Operator, (await LeadAsync(off)).Id, true, default);

        await CancelAsync(await world.CallAsync("+12125550002"));

        (await LeadAsync(kept)).Status.ShouldBe(LeadStatus.Confirmed);
        var lead = await LeadAsync(off);
        (lead.Status, lead.HandledAt is not null).ShouldBe((LeadStatus.Cancelled, true));
        (await leads.ListAsync(TenantScope.Operator, new LeadFilter { Status = LeadStatus.Cancelled }, default)).Items.ShouldHaveSingleItem().Id.ShouldBe(lead.Id);
    }

    [Theory]
    [InlineData("move_booking")]
    [InlineData("hold_booking")]
    public async Task A_caller_who_hangs_up_before_the_yes_to_another_time_is_told_of_what_is_booked(string tool)
    {
        var caller = await world.CallAsync();
        await caller.BookAsync(Evening, 2, "Ann Lee");
        (await caller.Next().RunAsync(tool, new { date_time = Later, guests = 4 })).Failed.ShouldBeFalse();
        caller.Facts.Confirmed.ShouldBeFalse();

        await EndAsync(caller);

        var lead = await LeadAsync(caller);
        (lead.Status, lead.RequestedFor, lead.PartySize).ShouldBe((LeadStatus.Confirmed, new DateTime(2026, 11, 21, 19, 0, 0), 2));
        (await world.World.ScalarAsync<string>("select body from messages where type = 'recap'")).ShouldContain("You're booked: 2 people on Sat, Nov 21 at 7:00 PM.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Texts_of_a_booking_that_is_called_off_or_moved_are_taken_back_before_they_go_out(bool moves)
    {
        var first = await world.CallAsync();
        await first.BookAsync(Evening, 2, "Ann Lee");
        await EndAsync(first);
        var kept = await world.CallAsync("+12125550002");
        await kept.BookAsync(Evening, 2, "Bob Lee");
        await EndAsync(kept);
        (await TextsAsync(first)).ShouldBe(2);

        var second = await world.CallAsync();
        await ChangeAsync(second, moves);
        await EndAsync(second);

        (await TextsAsync(first)).ShouldBe(0);
        (await TextsAsync(kept)).ShouldBe(2);
        (await world.World.ScalarAsync<int>("select count(*)::int from jobs j where kind = 'send_message' and not exists (select 1 from messages m where j.key = 'send_message:' || m.id)"))
            .ShouldBe(0);
        (await world.World.ScalarAsync<string>("select body from messages where call_id = @CallId and type = 'recap'", new { second.CallId }))
            .ShouldContain(moves ? "You're booked: 2 people on Sat, Nov 21 at 9:00 PM." : "Your booking is cancelled: 2 people on Sat, Nov 21 at 7:00 PM.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_ends_after_its_booking_was_changed_sends_no_text_of_it(bool moves)
    {
        var first = await world.CallAsync();
        await first.BookAsync(Evening, 2, "Ann Lee");
        await ChangeAsync(await world.CallAsync(), moves);

        await EndAsync(first);

        (await TextsAsync(first)).ShouldBe(0);
    }

    [Fact]
    public async Task A_text_that_was_tried_already_is_kept_and_so_is_what_the_caller_asked_for()
    {
        var first = await world.CallAsync();
        await first.BookAsync(Evening, 2, "Ann Lee");
        (await first.RunAsync("send_link", new { link = "reservation" })).Failed.ShouldBeFalse();
        await EndAsync(first);
        (await TextsAsync(first)).ShouldBe(2);
        world.World.Clock.Now = world.World.Clock.Now.AddMinutes(5);
        string? tried = null;
        await world.World.Messages.SendNextAsync(
            (m, _) =>
            {
                tried = m.Body;
                return Task.FromResult(new SendOutcome(SendResult.Retry, Error: "503"));
            },
            default);

        await CancelAsync(await world.CallAsync());

        (await world.World.ScalarAsync<string[]>("select array_agg(body) from messages where call_id = @CallId", new { first.CallId })).ShouldContain(tried!);
        (await world.World.ScalarAsync<int>("select count(*)::int from messages where call_id = @CallId and by_tool", new { first.CallId })).ShouldBe(1);
    }

    [Fact]
    public async Task When_to_call_back_is_stored_as_wall_clock_and_as_moment()
    {
        var call = await world.CallAsync();
        (await call.RunAsync("request_call_back", new { about = "The bill", date_time = "tomorrow after five", name = "Ann" })).Failed.ShouldBeFalse();
        await EndAsync(call);

        (await LeadAsync(call)).CallBackFor.ShouldBe(new DateTime(2026, 11, 22, 17, 0, 0));
        (await world.World.ScalarAsync<DateTimeOffset>("select call_back_at from leads")).ShouldBe(new DateTimeOffset(2026, 11, 22, 22, 0, 0, TimeSpan.Zero));
    }

    private static async Task CancelAsync(ToolCaller caller)
    {
        (await caller.RunAsync("cancel_booking")).Text.ShouldStartWith("Not cancelled yet");
        (await caller.Next().RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldStartWith("Cancelled");
    }

    private static async Task ChangeAsync(ToolCaller caller, bool moves)
    {
        if (!moves)
        {
            await CancelAsync(caller);
            return;
        }

        (await caller.RunAsync("move_booking", new { date_time = Later })).Failed.ShouldBeFalse();
        (await caller.Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
    }

    private Task<int> TextsAsync(ToolCaller caller) => world.World.ScalarAsync<int>("select count(*)::int from messages where call_id = @CallId", new { caller.CallId });

    private async Task EndAsync(ToolCaller caller)
    {
        await world.World.WriteTurnAsync(world.World.Turn(caller.CallId, 1, "Well.", caller.Facts));
        await world.World.Finisher.FinishAsync(world.World.End(caller.CallId), default);
    }

    private async Task<LeadRow> LeadAsync(ToolCaller caller) =>
        (await world.World.Reports.FindAsync(TenantScope.Operator, caller.CallId, default))!.Lead.ShouldNotBeNull();
}
