using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Escalations;
using Parley.Conversation.Frames;
using Parley.Conversation.PostCall;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents.Grounding;
using Parley.Conversation.Tests.Agents.Llm;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Agents;

/// <summary>The rules with the tools and documents that models have.</summary>
public sealed class RuleToolsTests
{
    private static readonly Tenant Small = Known.Tenant with
    {
        Booking = new BookingRules { Resources = [new BookingResource { Name = "table for four", Capacity = 4, Count = 1, DurationMinutes = 90 }] },
    };

    private readonly MemoryLedger ledger = new();
    private readonly MemoryBookings bookings;
    private readonly StandingClock clock = new() { Now = Known.Now - DateTimeOffset.UnixEpoch };
    private readonly CallTools tools;
    private readonly CallContext call;
    private AgentState? state;
    private int turn;
    private List<AgentEvent> events = [];

    public RuleToolsTests()
    {
        bookings = new MemoryBookings(clock);
        var options = new ToolOptions();
        ICallTool[] all =
        [
            new CheckAvailabilityTool(bookings), new HoldBookingTool(bookings, options), new ConfirmBookingTool(bookings), new MoveBookingTool(bookings, options),
            new CancelBookingTool(bookings, ledger), new FindBookingTool(bookings), .. PlainTools.All,
        ];
        call = new CallContext(new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", Small, "+12125550123", "+12125550101", CallDirection.Inbound);
        tools = new ToolBox(all, ledger, options, clock, NullLoggerFactory.Instance).Open(call, null);
    }

    private string Words => string.Concat(events.OfType<AgentEvent.Say>().Select(static say => say.Text));

    [Fact]
    public async Task A_free_table_is_kept_while_it_is_read_back_and_booked_once_the_caller_says_yes()
    {
        await SayAsync("a table for four on friday at seven in the evening");
        await SayAsync("Anna Smith");
        Words.ShouldContain("Is that right?");
        bookings.All.Single().Status.ShouldBe(BookingStatus.Held);

        await SayAsync("yes please");

        Words.ShouldStartWith("You're all set, Anna.");
        var booked = bookings.All.Single();
        (booked.Status, booked.Name, booked.Slot.Start).ShouldBe((BookingStatus.Confirmed, "Anna Smith", new LocalDateTime(2026, 11, 27, 19, 0)));
        state!.Facts.Confirmed.ShouldBeTrue();
        events.OfType<AgentEvent.Decided>().Single().Decision["tools"]![0]!["name"]!.GetValue<string>().ShouldBe("confirm_booking");
    }

    [Fact]
    public async Task A_full_house_offers_the_nearest_times_and_books_the_one_that_is_taken()
    {
        bookings.Fill(Small, new LocalDateTime(2026, 11, 27, 19, 0), Small.Booking!.Resources[0]);

        await SayAsync("a table for four on friday at seven in the evening");
        Words.ShouldContain("that time is taken. I could offer you");
        Words.ShouldContain("eight thirty in the evening");
        await SayAsync("eight thirty please");
        await SayAsync("Anna Smith");
        await SayAsync("yes");

        bookings.All.Last(static b => b.Status == BookingStatus.Confirmed).Slot.Start.ShouldBe(new LocalDateTime(2026, 11, 27, 20, 30));
    }

    [Fact]
    public async Task A_booking_is_cancelled_once_it_was_read_back_and_agreed()
    {
        await BookAsync();
        await SayAsync("I'd like to cancel my booking");
        Words.ShouldContain("Shall I cancel it?");
        bookings.All.Single().Status.ShouldBe(BookingStatus.Confirmed);

        await SayAsync("no");
        Words.ShouldContain("stays as it is");
        await SayAsync("I want to cancel my reservation");
        await SayAsync("yes cancel it");

        Words.ShouldContain("cancelled");
        bookings.All.Single().Status.ShouldBe(BookingStatus.Cancelled);
        var lead = PostCallPlanner.Plan(new FinishedCall(Small, "+12125550123", "+12125550101", Known.Now, state!.Facts, [])).Lead.ShouldNotBeNull();
        (lead.Intent, lead.Status, lead.RequestedFor).ShouldBe((CallIntent.Booking, "cancelled", bookings.All.Single().Slot.Start.ToDateTimeUnspecified()));
    }

    [Fact]
    public void Who_takes_over_after_a_cancellation_does_not_ask_for_another_day()
    {
        var state = RuleState.TakingOver(
            new CallFacts { Intent = CallIntent.Booking, Name = "Ann", PartySize = 4, CancelledFor = new DateTime(2026, 11, 27, 19, 0, 0) }, Small);

        (state.Task, state.Asked).ShouldBe((RuleTask.None, Question.None));
    }

    [Fact]
    public async Task A_booking_is_moved_and_not_doubled()
    {
        await BookAsync();
        state = null;

        await SayAsync("I'd like to change my booking");
        Words.ShouldContain("You have a booking on Friday");
        await SayAsync("saturday at eight in the evening");
        await SayAsync("yes");

        bookings.All.Select(static b => b.Status).ShouldBe([BookingStatus.Moved, BookingStatus.Confirmed]);
        bookings.All[^1].Slot.Start.ShouldBe(new LocalDateTime(2026, 11, 28, 20, 0));
    }

    [Fact]
    public async Task Somebody_elses_booking_is_not_found()
    {
        bookings.Fill(Small, new LocalDateTime(2026, 11, 27, 19, 0), Small.Booking!.Resources[0]);

        await SayAsync("please cancel my reservation");

        Words.ShouldContain("couldn't find a booking");
    }

    [Fact]
    public async Task A_question_is_answered_with_a_documents_own_words()
    {
        var knowledge = new FoundKnowledge(0.9, "Do you have live music? There is live jazz every Thursday evening. It is loud.");

        await SayAsync("do you have live music?", knowledge);

        Words.ShouldStartWith("There is live jazz every Thursday evening.");
        state!.Facts.Unanswered.ShouldBeEmpty();
        events.OfType<AgentEvent.Decided>().Single().Decision["knowledge"]![0]!["passages"]![0]!["source"]!.GetValue<string>().ShouldBe("source0.md");
    }

    [Fact]
    public async Task Without_confidence_a_person_is_offered_and_told()
    {
        var knowledge = new FoundKnowledge(0.1, "There is a terrace.");

        await SayAsync("do you have live music?", knowledge, Known.Now.AddHours(6));
        Words.ShouldBe("I'm sorry, I don't know that. Shall I put you through to the manager now?");
        events.OfType<AgentEvent.Escalate>().Single().Reason.ShouldBe(EscalationReason.LowConfidence);
        state!.Facts.Unanswered.ShouldNotBeEmpty();

        state = null;
        await SayAsync("do you have live music?", knowledge, Known.Now);
        Words.ShouldBe("I'm sorry, I don't know that. Shall I take a message for the team?", "it is before noon");
    }

    [Fact]
    public async Task A_person_is_told_when_the_database_is_away_and_not_when_a_wish_is_refused()
    {
        bookings.Fill(Small, new LocalDateTime(2026, 11, 27, 19, 0), Small.Booking!.Resources[0]);
        await SayAsync("a table for four on friday at seven in the evening");
        Words.ShouldContain("that time is taken");
        events.OfType<AgentEvent.Escalate>().ShouldBeEmpty();
        state = null;
        await SayAsync("please cancel my reservation");
        Words.ShouldContain("couldn't find a booking");
        events.OfType<AgentEvent.Escalate>().ShouldBeEmpty();

        bookings.FailWith = new IOException("The database is away.");
        state = null;
        await SayAsync("a table for four on saturday at seven in the evening");
        Words.ShouldStartWith("I'm sorry, that isn't working at the moment.");
        events.OfType<AgentEvent.Escalate>().Single().Reason.ShouldBe(EscalationReason.ToolFailure);

        state = null;
        await SayAsync("please cancel my reservation");
        Words.ShouldStartWith("I'm sorry, that isn't working at the moment.", customMessage: "what could not be looked up may be there");
        events.OfType<AgentEvent.Escalate>().Single().Reason.ShouldBe(EscalationReason.ToolFailure);
    }

    [Fact]
    public async Task A_person_is_told_when_what_was_agreed_cannot_be_written_down()
    {
        await SayAsync("a table for four on friday at seven in the evening");
        await SayAsync("Anna Smith");
        ledger.FailWith = new IOException("The database is away.");

        await SayAsync("yes please");

        events.OfType<AgentEvent.Escalate>().Single().Reason.ShouldBe(EscalationReason.ToolFailure);
        state!.Facts.Confirmed.ShouldBeFalse();
    }

    private async Task BookAsync()
    {
        await SayAsync("a table for four on friday at seven in the evening");
        await SayAsync("Anna Smith");
        await SayAsync("yes");
        bookings.All.Single().Status.ShouldBe(BookingStatus.Confirmed);
    }

    private async Task SayAsync(string words, IKnowledge? knowledge = null, DateTimeOffset? now = null)
    {
        var request = new AgentRequest
        {
            Call = call, Trigger = new AgentTrigger.CallerSaid(words), State = state, Now = now ?? Known.Now, Tools = tools, Turn = turn += 2, Answer = turn,
        };
        events = [];
        await foreach (var one in new RuleAgent(knowledge).RespondAsync(request, TestContext.Current.CancellationToken))
            events.Add(one);
        state = events.OfType<AgentEvent.Remember>().Single().State;
    }
}
