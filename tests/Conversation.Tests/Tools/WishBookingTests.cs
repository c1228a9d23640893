using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tests.Agents;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Tools;

/// <summary>Bookings of a tenant without resources: wishes that the staff sees to.</summary>
public sealed class WishBookingTests
{
    private const string Evening = "2026-11-22T19:00";

    private readonly MemoryLedger ledger = new();
    private readonly ManualClock clock = new(DialogueScript.SaturdayMorning);
    private readonly CallContext call = new(
        new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", SampleTenants.Restaurant, "+15550101234", SampleTenants.CalledNumber, CallDirection.Inbound);
    private readonly CallTools tools;
    private CallFacts facts = CallFacts.None;
    private int turn = 1;

    public WishBookingTests()
    {
        var bookings = new MemoryBookings(clock);
        var options = new ToolOptions();
        ICallTool[] all =
            [new HoldBookingTool(bookings, options), new ConfirmBookingTool(bookings), new CancelBookingTool(bookings, ledger), new RememberBookingTool()];
        tools = new ToolBox(all, ledger, options, clock, NullLoggerFactory.Instance).Open(call, null);
    }

    [Fact]
    public async Task What_is_kept_in_this_turn_is_not_confirmed_in_it()
    {
        await RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann" });

        var early = await RunAsync("confirm_booking");
        Desk.Error(early).ShouldBe("not_possible");
        early.Text.ShouldContain("has not heard it");
        facts.Confirmed.ShouldBeFalse();

        (await Next().RunAsync("confirm_booking")).Text.ShouldBe("Booked: Sunday 2026-11-22 at 19:00, 2 guests, for Ann.");
        facts.Confirmed.ShouldBeTrue();
        (await RunAsync("confirm_booking")).Failed.ShouldBeFalse();
    }

    [Fact]
    public async Task Another_wish_has_to_be_heard_as_well()
    {
        await RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann" });
        await Next().RunAsync("hold_booking", new { date_time = "2026-11-22T20:00", guests = 2 });

        Desk.Error(await RunAsync("confirm_booking")).ShouldBe("not_possible");
        (await Next().RunAsync("confirm_booking")).Failed.ShouldBeFalse();
    }

    [Fact]
    public async Task What_no_tool_kept_is_not_confirmed()
    {
        facts = new CallFacts { Intent = CallIntent.Booking, Name = "Ann", RequestedFor = new DateTime(2026, 11, 22, 19, 0, 0) };

        (await RunAsync("confirm_booking")).Text.ShouldContain("Call hold_booking first");
    }

    [Fact]
    public async Task A_note_counts_as_confirmed_only_after_the_turn_that_changed_it()
    {
        var early = await RunAsync("remember_booking", new { date_time = Evening, party_size = 2, name = "Ann", confirmed = true });
        early.Text.ShouldContain("has not heard it");
        facts.Confirmed.ShouldBeFalse();

        // A model says it all again with the yes.
        (await Next().RunAsync("remember_booking", new { date_time = Evening, party_size = 2, name = "Ann", confirmed = true })).Text.ShouldBe("Booked.");
        facts.Confirmed.ShouldBeTrue();

        (await Next().RunAsync("remember_booking", new { party_size = 3, confirmed = true })).Text.ShouldContain("has not heard it");
        facts.Confirmed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_confirmed_wish_is_called_off_once_that_was_read_back_and_leaves_a_lead_that_says_so()
    {
        await RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann" });
        await Next().RunAsync("confirm_booking");

        (await Next().RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldStartWith("Not cancelled yet");
        facts.Confirmed.ShouldBeTrue();
        (await RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldStartWith("Not cancelled yet");
        (await Next().RunAsync("cancel_booking", new { confirmed = true })).Text.ShouldBe("Cancelled: Sunday 2026-11-22 at 19:00, 2 guests.");

        facts.ShouldSatisfyAllConditions(
            f => f.Confirmed.ShouldBeFalse(), f => f.RequestedFor.ShouldBeNull(), f => f.CancelledFor.ShouldBe(new DateTime(2026, 11, 22, 19, 0, 0)));
        Desk.Error(await Next().RunAsync("confirm_booking")).ShouldBe("not_possible");
        var plan = Plan();
        (plan.Lead!.Status, plan.Lead.Summary).ShouldBe(("cancelled", "Ann called off 2 people on Sun, Nov 22 at 7:00 PM."));
        plan.Messages.ShouldHaveSingleItem().Body.ShouldContain("Your booking is cancelled: 2 people on Sun, Nov 22 at 7:00 PM.");
    }

    [Fact]
    public async Task A_wish_that_nobody_agreed_to_is_called_off_at_once_and_another_takes_its_place()
    {
        await RunAsync("hold_booking", new { date_time = Evening, guests = 2, name = "Ann" });
        (await Next().RunAsync("cancel_booking")).Text.ShouldStartWith("Cancelled");
        await Next().RunAsync("hold_booking", new { date_time = "2026-11-22T20:00", guests = 2 });
        await Next().RunAsync("confirm_booking");

        var plan = Plan();
        plan.Lead!.Status.ShouldBe("confirmed");
        plan.Lead.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 20, 0, 0));
        plan.Lead.Summary.ShouldBe("Ann booked 2 people on Sun, Nov 22 at 8:00 PM.");
    }

    [Fact]
    public async Task A_booking_from_before_is_the_staffs_to_cancel()
    {
        var result = await RunAsync("cancel_booking", new { confirmed = true });

        Desk.Error(result).ShouldBe("not_possible");
        result.Text.ShouldContain("offer a person");
    }

    private PostCallPlan Plan() => PostCallPlanner.Plan(new FinishedCall(
        SampleTenants.Restaurant, call.CallerNumber, call.CalledNumber, clock.GetUtcNow(), facts, []));

    private WishBookingTests Next()
    {
        turn += 2;
        return this;
    }

    private async Task<ToolResult> RunAsync(string tool, object? arguments = null)
    {
        var request = new AgentRequest
        {
            Call = call, Trigger = new AgentTrigger.CallerSaid("x"), Now = clock.GetUtcNow(), Turn = turn, Answer = turn, Tools = tools,
        };
        var result = await tools.RunAsync(tool, JsonSerializer.SerializeToNode(arguments ?? new { })!.AsObject(), request, facts, CancellationToken.None);
        facts = result.Facts ?? facts;
        return result;
    }
}
