using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;

namespace Parley.Conversation.Tests.Agents;

/// <summary>Callers who are angry, refuse, speak another language, or come from another agent.</summary>
public sealed class DifficultCallerTests
{
    // In opening hours: somebody can be reached.
    private readonly DialogueScript _call = new(now: DialogueScript.SaturdayMorning.AddHours(3));

    [Fact]
    public void An_angry_caller_is_offered_a_person_and_the_complaint_is_noted()
    {
        _call.Caller("This is ridiculous, my food was terrible!").Says("sorry about that", "the manager").Expects(ReplyKind.YesNo).Caller("Yes, and quickly.");
        _call.TransferredTo.ShouldBe(SampleTenants.Manager);
        _call.Facts.Unanswered.ShouldBe(["This is ridiculous, my food was terrible!"]);
    }

    [Fact]
    public void An_angry_caller_of_a_business_without_people_is_offered_a_message() =>
        new DialogueScript(SampleTenants.Restaurant with { Departments = [] }).Caller("This is unacceptable!").Says("sorry about that", "take a message");

    [Theory]
    [InlineData("No, don't connect me.")]
    [InlineData("Please don't put me through.")]
    [InlineData("I don't want to talk to a person.")]
    public void Who_does_not_want_to_be_connected_is_not(string words)
    {
        _call.Caller("Can I speak to the manager?").Expects(ReplyKind.YesNo).Caller(words);
        _call.TransferredTo.ShouldBeNull(_call.Words);
    }

    [Fact]
    public void Please_do_is_an_answer()
    {
        _call.Caller("Can I speak to the manager?").Caller("Yes, please do.");
        _call.TransferredTo.ShouldBe(SampleTenants.Manager);
    }

    [Fact]
    public void A_caller_who_speaks_Spanish_is_connected_in_Spanish()
    {
        _call.Caller("Hola, ¿hablan español?").Says("¿En qué puedo ayudarle?").Caller("Quisiera hablar con una persona, por favor.")
            .Says("¿Le paso ahora con the manager?").Expects(ReplyKind.YesNo).Caller("Sí, por favor.");
        _call.TransferredTo.ShouldBe(SampleTenants.Manager);
    }

    [Fact]
    public void A_Spanish_word_is_not_another_language() =>
        _call.Caller("A table for two por favor, tomorrow at seven in the evening.").Expects(ReplyKind.Name);

    [Fact]
    public void Two_services_are_one_appointment()
    {
        var salon = new DialogueScript(SampleTenants.Salon);
        salon.Caller("I'd like a haircut and a beard trim on Tuesday at ten.").Expects(ReplyKind.Name).Says("haircut and beard trim");
        salon.Facts.Service.ShouldBe("haircut and beard trim");
    }

    [Fact]
    public void One_of_two_services_is_asked_for() =>
        new DialogueScript(SampleTenants.Salon).Caller("I'd like a haircut or a beard trim on Tuesday at ten.").Says("Would that be haircut or beard trim?");

    [Fact]
    public void A_business_without_bookings_answers_what_only_sounds_like_one() =>
        new DialogueScript(SampleTenants.Restaurant with { Booking = null, Facts = [new("returns", ["return"], "Within thirty days.")] })
            .Caller("Can I return a tiramisu?").Says("Within thirty days.");

    [Theory]
    [InlineData("Ben Carter", "Hi, it's Ben Carter, can I book a table for two?")]
    [InlineData("Alan Price", "A table for two tomorrow at seven in the evening.", "My name is Alan Price.")]
    public void A_name_is_understood_where_it_is_said(string name, params string[] lines)
    {
        _call.Caller(lines);
        _call.Facts.Name.ShouldBe(name);
        _call.Words.ShouldNotContain("dollars");
    }

    [Fact]
    public void Praise_is_no_name()
    {
        _call.Caller("A table for two tomorrow at seven in the evening.").Expects(ReplyKind.Name).Caller("Yes, perfect.");
        _call.Facts.Name.ShouldBeNull();
    }

    [Fact]
    public void A_booking_that_another_agent_began_goes_on_where_it_was()
    {
        var facts = new CallFacts { Intent = CallIntent.Booking, PartySize = 4, RequestedFor = new DateTime(2026, 11, 22, 19, 30, 0) };
        var said = Answer(new LlmState { Facts = facts }, "Daniel Carter.");
        said.Words.ShouldBe("Thank you, Daniel. That's a table for four, tomorrow, Sunday, at seven thirty in the evening, under the name Daniel Carter. Is that right?");
    }

    [Fact]
    public void A_booking_that_another_agent_has_almost_made_is_read_back_once_more()
    {
        var facts = new CallFacts { Intent = CallIntent.Booking, PartySize = 4, RequestedFor = new DateTime(2026, 11, 22, 19, 30, 0), Name = "Daniel Carter" };
        var said = Answer(new LlmState { Facts = facts }, "Yes.");
        said.Words.ShouldContain("under the name Daniel Carter. Is that right?");
        said.State.Facts.Confirmed.ShouldBeFalse();
    }

    [Fact]
    public void A_message_that_another_agent_began_is_completed()
    {
        var said = Answer(new LlmState { Facts = new CallFacts { Intent = CallIntent.Message, Message = "Call me." } }, "Ann Lee.");
        said.State.Facts.ShouldBe(said.State.Facts with { Name = "Ann Lee", Message = "Call me." });
        said.Words.ShouldContain("I'll pass that on.");
    }

    private static (string Words, AgentState State) Answer(AgentState state, string words)
    {
        var call = new CallContext(Guid.Empty, "CA1", SampleTenants.Restaurant, "+15550101234", SampleTenants.CalledNumber, default);
        var events = new Parley.Conversation.Agents.Rules.RuleAgent()
            .RespondAsync(
                new AgentRequest { Call = call, Trigger = new AgentTrigger.CallerSaid(words), State = state, Now = DialogueScript.SaturdayMorning }, CancellationToken.None)
            .ToBlockingEnumerable().ToList();
        return (string.Concat(events.OfType<AgentEvent.Say>().Select(s => s.Text)), events.OfType<AgentEvent.Remember>().Single().State);
    }
}
