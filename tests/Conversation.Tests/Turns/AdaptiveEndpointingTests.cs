using Parley.Conversation.Agents;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests.Turns;

public sealed class AdaptiveEndpointingTests
{
    private readonly AdaptiveEndpointing endpointing = new(new EndpointingOptions());

    [Theory]
    [InlineData("I'd like to book a table for four people.", "complete")]
    [InlineData("What time are you open on Sunday?", "complete")]
    [InlineData("Where are you located?", "complete")]
    [InlineData("Hello.", "complete")]
    [InlineData("That's all.", "complete")]
    [InlineData("No, thank you.", "complete")]
    [InlineData("I'd like a table for.", "trailing")]
    [InlineData("I want to come on Friday and.", "trailing")]
    [InlineData("A table for four at.", "trailing")]
    [InlineData("Well, um.", "trailing")]
    [InlineData("My name is.", "trailing")]
    [InlineData("I would like to book a table for the.", "trailing")]
    [InlineData("So.", "trailing")]
    [InlineData("My number is 415 555.", "unfinished")]
    [InlineData("You can reach me under four one five.", "unfinished")]
    [InlineData("It's S M I.", "unfinished")]
    [InlineData("My number is 415 555 0123.", "complete")]
    [InlineData("We'll be there at 7 30 in the evening.", "complete")]
    [InlineData("Haircut.", "neutral")]
    [InlineData("", "empty")]
    public void Free_speech_ends_by_its_last_words(string text, string rule) => Judge(text, ReplyExpectation.Anything).Rule.ShouldBe(rule);

    [Theory]
    [InlineData("Yes.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("No.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Yes, that's right.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Okay.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Yes, but.", ReplyKind.YesNo, 0, "trailing")]
    [InlineData("Daniel Carter.", ReplyKind.Name, 0, "answered")]
    [InlineData("My name is Daniel Carter.", ReplyKind.Name, 0, "answered")]
    [InlineData("My name is.", ReplyKind.Name, 0, "trailing")]
    [InlineData("Daniel.", ReplyKind.Name, 0, "neutral")]
    [InlineData("Four.", ReplyKind.Count, 0, "answered")]
    [InlineData("We are 4 people.", ReplyKind.Count, 0, "answered")]
    [InlineData("Tomorrow at seven.", ReplyKind.DateTime, 0, "answered")]
    [InlineData("7:30.", ReplyKind.DateTime, 0, "answered")]
    [InlineData("Tomorrow at.", ReplyKind.DateTime, 0, "trailing")]
    [InlineData("November.", ReplyKind.DateTime, 0, "neutral")]
    [InlineData("415 555.", ReplyKind.Digits, 10, "unfinished")]
    [InlineData("four one five, five five five.", ReplyKind.Digits, 10, "unfinished")]
    [InlineData("415 555 0123.", ReplyKind.Digits, 10, "answered")]
    [InlineData("four one five five five five oh one two three", ReplyKind.Digits, 10, "answered")]
    [InlineData("four one five triple five oh one double two", ReplyKind.Digits, 10, "answered")]
    [InlineData("jane at example dot com", ReplyKind.Spelling, 0, "answered")]
    [InlineData("jane at example", ReplyKind.Spelling, 0, "unfinished")]
    [InlineData("Please tell Maria that the flowers arrive on Thursday.", ReplyKind.Dictation, 0, "dictation")]
    public void An_answer_ends_when_it_is_there(string text, ReplyKind kind, int digits, string rule) =>
        Judge(text, new ReplyExpectation(kind, digits)).Rule.ShouldBe(rule);

    [Fact]
    public void Short_rules_are_under_350_ms_and_long_ones_over_a_second()
    {
        Judge("Yes.", new ReplyExpectation(ReplyKind.YesNo)).SilenceMs.ShouldBeInRange(200, 300);
        Judge("Where are you located?", ReplyExpectation.Anything).SilenceMs.ShouldBeInRange(200, 300);
        Judge("A table for.", ReplyExpectation.Anything).SilenceMs.ShouldBeGreaterThan(1000);
        Judge("415 555.", new ReplyExpectation(ReplyKind.Digits, 10)).SilenceMs.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Patience_stretches_the_silence_up_to_the_ceiling()
    {
        endpointing.Judge(new EndpointContext("Where are you located?", ReplyExpectation.Anything, 1.5)).SilenceMs.ShouldBe(450);
        endpointing.Judge(new EndpointContext("A table for.", ReplyExpectation.Anything, 3)).SilenceMs.ShouldBe(2000);
    }

    private EndpointVerdict Judge(string text, ReplyExpectation expectation) => endpointing.Judge(new EndpointContext(text, expectation));
}
