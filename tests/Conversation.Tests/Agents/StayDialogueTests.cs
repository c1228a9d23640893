using Parley.Conversation.Agents;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents;

/// <summary>Rooms are booked from a day on for a number of nights, not for a time of the day.</summary>
public sealed class StayDialogueTests
{
    private static readonly Tenant Hotel = SampleTenants.Restaurant with
    {
        Slug = "seaview",
        Name = "Seaview",
        Kind = BusinessKind.Hotel,
        Hours = OpeningHours.Unknown,
        Services = [new Service("double room", "ninety dollars a night", null, ["double"]), new Service("suite", null, null, [])],
        Facts = [],
        Booking = new BookingRules { MaxPartySize = 6, MaxDaysAhead = 365 },
    };

    private readonly DialogueScript _call = new(Hotel);

    [Fact]
    public void A_stay_said_at_once_is_read_back_with_its_nights()
    {
        _call.Caller("I'd like a double room for two people for three nights from December fourth.").Expects(ReplyKind.Name)
            .Says("A double room for two, from Friday, December fourth, for three nights")
            .Caller("Anna Berg.").Expects(ReplyKind.YesNo).Caller("Yes.").Says("all set");
        _call.Facts.ShouldBe(_call.Facts with { Confirmed = true, Nights = 3, PartySize = 2, Service = "double room", Name = "Anna Berg" });
        _call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 12, 4, 15, 0, 0));
    }

    [Fact]
    public void What_is_missing_is_asked_for_and_never_a_time_of_the_day()
    {
        _call.Caller("Do you have a room free?").Says("How many guests").Caller("Two.").Says("which day").Caller("Tomorrow.").Says("how many nights")
            .Expects(ReplyKind.Count).Caller("Just one night.").Expects(ReplyKind.Name).Says("tomorrow, Sunday, for one night");
        _call.Facts.Nights.ShouldBe(1);
        _call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 15, 0, 0));
    }

    [Theory]
    [InlineData("Four.", 4)]
    [InlineData("For a night.", 1)]
    [InlineData("Two nights, please.", 2)]
    [InlineData("For one week.", 7)]
    [InlineData("For two weeks.", 14)]
    public void Nights_are_understood(string answer, int nights)
    {
        _call.Caller("A room for two tomorrow.").Says("how many nights").Caller(answer);
        _call.Facts.Nights.ShouldBe(nights);
    }

    [Fact]
    public void Who_comes_later_than_rooms_are_ready_comes_today()
    {
        var late = new DialogueScript(Hotel, now: new DateTimeOffset(2026, 11, 22, 1, 0, 0, TimeSpan.Zero));
        late.Caller("A room for one person tonight, one night.").Expects(ReplyKind.Name);
        late.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 21, 20, 31, 0));
    }

    [Fact]
    public void Nights_are_corrected_at_the_read_back()
    {
        _call.Caller("A room for two tomorrow for two nights, my name is Anna Berg.").Expects(ReplyKind.YesNo).Caller("No, three nights.").Says("three nights").Expects(ReplyKind.YesNo);
        _call.Facts.Nights.ShouldBe(3);
    }

    [Fact]
    public void The_recap_tells_the_stay()
    {
        var facts = new CallFacts
        {
            Intent = CallIntent.Booking, Confirmed = true, Name = "Anna Berg", PartySize = 2, Nights = 3, Service = "double room", RequestedFor = new DateTime(2026, 12, 4, 15, 0, 0),
        };
        var plan = PostCallPlanner.Plan(new FinishedCall(Hotel, "+15550101234", SampleTenants.CalledNumber, DialogueScript.SaturdayMorning, facts, []));
        plan.Messages[0].Body.ShouldBe("Seaview: Thank you, Anna! You're booked: double room for 2, 3 nights from Fri, Dec 4.");
    }
}
