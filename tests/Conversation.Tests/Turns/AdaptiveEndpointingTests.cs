using Parley.Conversation.Agents;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests.Turns;

public sealed class AdaptiveEndpointingTests
{
    private readonly AdaptiveEndpointing endpointing = new(new EndpointingOptions());

    [Theory]
    [InlineData("I'd like to book a table for four people.", "complete")]
    [InlineData("What time are you open on Sunday?", "question")]
    [InlineData("Where are you located?", "question")]
    [InlineData("Hello.", "opening")]
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
    [InlineData("We'll be there at 7 30 in the evening.", "statement")]
    [InlineData("Haircut.", "neutral")]
    [InlineData("Who am I speaking to?", "question")]
    [InlineData("Okay, so what do you have on Monday.", "question")]
    [InlineData("I have a question. Do you also offer gift cards.", "question")]
    [InlineData("I was wondering if you have a table tonight.", "complete")]
    [InlineData("Cancel it.", "complete")]
    [InlineData("Thanks, goodbye.", "complete")]
    [InlineData("I called you yesterday about a table, but nobody called back.", "complete")]
    [InlineData("My wife and I are celebrating our anniversary.", "statement")]
    [InlineData("I think so.", "statement")]
    [InlineData("Good morning.", "opening")]
    [InlineData("I have a question.", "opening")]
    [InlineData("If you have a table tonight.", "opening")]
    [InlineData("When I was at your place last week.", "opening")]
    [InlineData("I want to make an appointment,", "opening")]
    [InlineData("When do you close.", "question")]
    [InlineData("If you have a table, I'd like to come tonight.", "complete")]
    [InlineData("Let me see.", "trailing")]
    [InlineData("Do you have?", "trailing")]
    [InlineData("What do you have?", "question")]
    [InlineData("Um, hold on.", "trailing")]
    [InlineData("A table for two, I mean.", "trailing")]
    [InlineData("At seven, no.", "trailing")]
    [InlineData("Can you tell me what.", "trailing")]
    [InlineData("The restaurant is called.", "trailing")]
    [InlineData("Just tell him I called.", "complete")]
    [InlineData("My email is Anna.", "unfinished")]
    [InlineData("My email address is anna@example.com.", "answered")]
    [InlineData("That is spelled.", "unfinished")]
    [InlineData("", "empty")]
    public void Free_speech_ends_by_its_last_words(string text, string rule) => Judge(text, ReplyExpectation.Anything).Rule.ShouldBe(rule);

    [Theory]
    [InlineData("My wife and I are celebrating our anniversary.", ReplyKind.FreeSpeech, "hinted", 420)]
    [InlineData("Haircut.", ReplyKind.FreeSpeech, "hinted", 420)]
    [InlineData("Where are you located?", ReplyKind.FreeSpeech, "question", 280)]
    [InlineData("I'd like to book a table for four people.", ReplyKind.FreeSpeech, "complete", 320)]
    [InlineData("I want to come on Friday and.", ReplyKind.FreeSpeech, "trailing", 1200)]
    [InlineData("My number is 415 555.", ReplyKind.FreeSpeech, "unfinished", 1150)]
    [InlineData("Good morning.", ReplyKind.FreeSpeech, "opening", 940)]
    [InlineData("No.", ReplyKind.YesNo, "bare", 640)]
    [InlineData("We have a leak in the kitchen.", ReplyKind.Dictation, "story", 1150)]
    [InlineData("", ReplyKind.FreeSpeech, "empty", 700)]
    public void A_recognisers_own_end_of_speech_shortens_only_what_nothing_speaks_against(string text, ReplyKind expected, string rule, int silenceMs) =>
        endpointing.Judge(new EndpointContext(text, new ReplyExpectation(expected), EndOfSpeech: true)).ShouldBe(new EndpointVerdict(silenceMs, rule));

    [Theory]
    [InlineData(100, 680, 320)]
    [InlineData(900, 680, 680)]
    [InlineData(420, 380, 380)]
    public void A_hint_makes_nothing_longer_and_nothing_shorter_than_a_wish(int hintedMs, int statementMs, int silenceMs) =>
        new AdaptiveEndpointing(new EndpointingOptions { HintedMs = hintedMs, StatementMs = statementMs })
            .Judge(new EndpointContext("My wife and I are celebrating our anniversary.", ReplyExpectation.Anything, EndOfSpeech: true))
            .SilenceMs.ShouldBe(silenceMs);

    [Theory]
    [InlineData("Yes.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("No.", ReplyKind.YesNo, 0, "bare")]
    [InlineData("I think so.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Sounds good.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Um, no.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("On Friday.", ReplyKind.DateTime, 0, "bare")]
    [InlineData("On Friday, no.", ReplyKind.DateTime, 0, "trailing")]
    [InlineData("Next week.", ReplyKind.DateTime, 0, "unanswered")]
    [InlineData("Any time after three would be fine.", ReplyKind.DateTime, 0, "answered")]
    [InlineData("For a dental stand.", ReplyKind.Count, 0, "unanswered")]
    [InlineData("Not many of us.", ReplyKind.Count, 0, "statement")]
    [InlineData("Answerously.", ReplyKind.DateTime, 0, "unanswered")]
    [InlineData("And my elf.", ReplyKind.Name, 0, "unanswered")]
    [InlineData("Station them. Let me think.", ReplyKind.DateTime, 0, "trailing")]
    [InlineData("Sure.", ReplyKind.Digits, 10, "unfinished")]
    [InlineData("You can reach me at.", ReplyKind.Digits, 10, "unfinished")]
    [InlineData("I don't want to tell.", ReplyKind.Digits, 10, "complete")]
    [InlineData("415, 555, or 1234.", ReplyKind.Digits, 0, "unfinished")]
    [InlineData("415 555 or 123.", ReplyKind.Digits, 10, "answered")]
    [InlineData("My number is 415-555-5555.", ReplyKind.Digits, 10, "unfinished")]
    [InlineData("jane at example dot co", ReplyKind.Spelling, 0, "unfinished")]
    [InlineData("jane at example dot co dot uk", ReplyKind.Spelling, 0, "answered")]
    [InlineData("", ReplyKind.Digits, 10, "empty")]
    [InlineData("Thank you, goodbye.", ReplyKind.Dictation, 0, "closing")]
    [InlineData("Please tell him to call me. That's it.", ReplyKind.Dictation, 0, "closing")]
    [InlineData("Call me back at 415 555 0123.", ReplyKind.Dictation, 0, "complete")]
    [InlineData("Tell her that.", ReplyKind.Dictation, 0, "trailing")]
    [InlineData("We have a leak in the kitchen.", ReplyKind.Dictation, 0, "story")]
    [InlineData("This is John from the garage.", ReplyKind.Dictation, 0, "story")]
    [InlineData("Yes, that's right.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Okay.", ReplyKind.YesNo, 0, "answered")]
    [InlineData("Yes, but.", ReplyKind.YesNo, 0, "trailing")]
    [InlineData("Daniel Carter.", ReplyKind.Name, 0, "answered")]
    [InlineData("My name is Daniel Carter.", ReplyKind.Name, 0, "answered")]
    [InlineData("My name is.", ReplyKind.Name, 0, "trailing")]
    [InlineData("Daniel.", ReplyKind.Name, 0, "bare")]
    [InlineData("My name is Miller.", ReplyKind.Name, 0, "bare")]
    [InlineData("Under the name of Williams.", ReplyKind.Name, 0, "bare")]
    [InlineData("daniel carter", ReplyKind.Name, 0, "answered")]
    [InlineData("Sure, it’s Jennifer White.", ReplyKind.Name, 0, "answered")]
    [InlineData("Four.", ReplyKind.Count, 0, "bare")]
    [InlineData("We are 4 people.", ReplyKind.Count, 0, "answered")]
    [InlineData("Tomorrow at seven.", ReplyKind.DateTime, 0, "answered")]
    [InlineData("7:30.", ReplyKind.DateTime, 0, "answered")]
    [InlineData("Tomorrow at.", ReplyKind.DateTime, 0, "trailing")]
    [InlineData("November.", ReplyKind.DateTime, 0, "unanswered")]
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
        Judge("Yes.", new ReplyExpectation(ReplyKind.YesNo)).SilenceMs.ShouldBeInRange(200, 340);
        Judge("Where are you located?", ReplyExpectation.Anything).SilenceMs.ShouldBeInRange(200, 340);
        Judge("A table for.", ReplyExpectation.Anything).SilenceMs.ShouldBeGreaterThan(1000);
        Judge("415 555.", new ReplyExpectation(ReplyKind.Digits, 10)).SilenceMs.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void A_number_with_more_digits_than_there_was_time_for_is_not_believed()
    {
        var expected = new ReplyExpectation(ReplyKind.Digits, 10);
        endpointing.Judge(new EndpointContext("415 555 0123.", expected, SpeechMs: 3200)).Rule.ShouldBe("answered");
        endpointing.Judge(new EndpointContext("415 555 0123.", expected, SpeechMs: 1800)).Rule.ShouldBe("unfinished");

        var credulous = new AdaptiveEndpointing(new EndpointingOptions { MinDigitMs = 0, MinWordMs = 0 });
        credulous.Judge(new EndpointContext("415 555 0123.", expected, SpeechMs: 1800)).Rule.ShouldBe("answered");
    }

    [Theory]
    [InlineData("Where are you?", ReplyKind.FreeSpeech)]
    [InlineData("I want a table.", ReplyKind.FreeSpeech)]
    [InlineData("No.", ReplyKind.YesNo)]
    [InlineData("Yes.", ReplyKind.YesNo)]
    [InlineData("Hello.", ReplyKind.FreeSpeech)]
    [InlineData("We are three people here.", ReplyKind.FreeSpeech)]
    [InlineData("Haircut.", ReplyKind.FreeSpeech)]
    [InlineData("A table for.", ReplyKind.FreeSpeech)]
    [InlineData("415.", ReplyKind.Digits)]
    [InlineData("Tell her this.", ReplyKind.Dictation)]
    [InlineData("Thank you.", ReplyKind.Dictation)]
    public void Every_rule_takes_its_silence_from_the_options(string text, ReplyKind kind)
    {
        var context = new EndpointContext(text, new ReplyExpectation(kind, 10));
        var options = new EndpointingOptions
        {
            QuestionMs = 1, CompleteMs = 2, BareMs = 3, AnsweredMs = 4, OpeningMs = 5, StatementMs = 6, NeutralMs = 7, TrailingMs = 8,
            UnfinishedMs = 9, DictationMs = 10, ClosingMs = 11,
        };
        var verdict = new AdaptiveEndpointing(options).Judge(context);
        verdict.SilenceMs.ShouldBe(verdict.Rule switch
        {
            "question" => 1, "complete" => 2, "bare" => 3, "answered" => 4, "opening" => 5, "statement" => 6, "neutral" => 7, "trailing" => 8,
            "unfinished" => 9, "dictation" => 10, "closing" => 11, _ => 0,
        });
    }

    [Fact]
    public void Patience_stretches_the_silence_up_to_the_ceiling()
    {
        endpointing.Judge(new EndpointContext("Where are you located?", ReplyExpectation.Anything, 1.5)).SilenceMs.ShouldBe(420);
        endpointing.Judge(new EndpointContext("A table for.", ReplyExpectation.Anything, 3)).SilenceMs.ShouldBe(2000);
    }

    [Fact]
    public void A_tenant_tunes_single_rules()
    {
        var tuned = new Parley.Conversation.Tenants.EndpointingTuning { QuestionMs = 500, TrailingMs = 900 }.Over(new EndpointingOptions());

        Tuned("Where are you located?").SilenceMs.ShouldBe(500);
        Tuned("A table for.").SilenceMs.ShouldBe(900);
        Tuned("Yes.", ReplyKind.YesNo).SilenceMs.ShouldBe(new EndpointingOptions().AnsweredMs);

        EndpointVerdict Tuned(string text, ReplyKind kind = ReplyKind.FreeSpeech) =>
            endpointing.Judge(new EndpointContext(text, new ReplyExpectation(kind), Tuned: tuned));
    }

    [Fact]
    public void An_address_that_came_faster_than_it_can_be_spoken_is_not_believed()
    {
        const string Address = "jane at example dot com";
        var expected = new ReplyExpectation(ReplyKind.Spelling);

        endpointing.Judge(new EndpointContext(Address, expected, SpeechMs: 2000)).Rule.ShouldBe("answered");
        endpointing.Judge(new EndpointContext(Address, expected, SpeechMs: 900)).Rule.ShouldBe("unfinished");
    }

    private EndpointVerdict Judge(string text, ReplyExpectation expectation) => endpointing.Judge(new EndpointContext(text, expectation));
}
