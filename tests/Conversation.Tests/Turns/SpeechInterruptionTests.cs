using Parley.Conversation.Agents;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests.Turns;

public sealed class SpeechInterruptionTests
{
    private const string AgentText = "We are open from noon to ten in the evening every day of the week.";
    private readonly SpeechInterruption strategy = new();

    [Theory]
    [InlineData("mhm")]
    [InlineData("Okay.")]
    [InlineData("Right.")]
    [InlineData("Yeah.")]
    [InlineData("uh huh")]
    [InlineData("I see.")]
    [InlineData("yeah yeah")]
    [InlineData("")]
    public void A_backchannel_or_nothing_leaves_the_agent_speaking(string text) => Judge(text).ShouldBe(InterruptionVerdict.Ignore);

    [Theory]
    [InlineData("Stop.")]
    [InlineData("Sorry, just tell me about Monday.")]
    [InlineData("No, wait.")]
    [InlineData("Okay, but what about Monday?")]
    [InlineData("Monday?")]
    public void Words_take_the_floor(string text) => Judge(text).ShouldBe(InterruptionVerdict.Yield);

    [Theory]
    [InlineData("Yes.")]
    [InlineData("Okay.")]
    public void A_yes_at_the_end_of_a_yes_or_no_question_is_the_answer(string text)
    {
        Judge(text, kind: ReplyKind.YesNo, remainingMs: 900).ShouldBe(InterruptionVerdict.Yield);
        Judge(text, kind: ReplyKind.YesNo, remainingMs: 6000).ShouldBe(InterruptionVerdict.Ignore);
    }

    [Fact]
    public void One_word_is_not_enough_while_the_caller_still_speaks()
    {
        Judge("Mon", paused: false).ShouldBe(InterruptionVerdict.Wait);
        Judge("Monday morning", paused: false).ShouldBe(InterruptionVerdict.Yield);
        Judge("mhm", paused: false).ShouldBe(InterruptionVerdict.Wait);
    }

    [Fact]
    public void The_agents_own_words_are_its_echo() => Judge("open from noon to ten").ShouldBe(InterruptionVerdict.Ignore);

    [Fact]
    public void Sensitivity_goes_from_never_to_the_shortest_word()
    {
        Judge("Stop it right now.", sensitivity: 0).ShouldBe(InterruptionVerdict.Ignore);
        Judge("Stop", paused: false, sensitivity: 1).ShouldBe(InterruptionVerdict.Yield);
        Judge("Stop that please", paused: false, sensitivity: 0.1).ShouldBe(InterruptionVerdict.Wait);
    }

    private InterruptionVerdict Judge(
        string text, bool paused = true, ReplyKind kind = ReplyKind.FreeSpeech, long remainingMs = 3000, double sensitivity = 0.5) =>
        strategy.Judge(new InterruptionContext(text, 400, paused, new ReplyExpectation(kind), remainingMs, AgentText, sensitivity));
}
