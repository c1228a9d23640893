using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;

namespace Parley.Conversation.Tests.Escalations;

public sealed class CallerMoodTests
{
    [Theory]
    [InlineData("This is ridiculous, I have been waiting for an hour.")]
    [InlineData("No, this is ridiculous!")]
    [InlineData("I’m so angry right now")]
    [InlineData("You people are fucking kidding")]
    [InlineData("It's terrible and frustrating.")]
    [InlineData("¡Es una vergüenza!")]
    [InlineData("Estoy muy enojada con ustedes")]
    [InlineData("Estoy harto de esperar")]
    [InlineData("Это безобразие!")]
    [InlineData("Ещё чего, вы издеваетесь?")]
    [InlineData("Я возмущена вашей работой")]
    [InlineData("נמאס לי מכם")]
    [InlineData("זה שירות גרוע")]
    public void Anger_is_recognised_in_four_languages(string words) =>
        CallerMood.Read([], new AgentTrigger.CallerSaid(words)).ShouldBe(new MoodSigns(true, false));

    [Theory]
    [InlineData("I'd like a table for four, please.")]
    [InlineData("I'm not angry, I just want to know.")]
    [InlineData("I am not frustrated and it's not terrible at all.")]
    [InlineData("It's a bit annoying.")]
    [InlineData("Could I have the useless tie back?")]
    [InlineData("No estoy enojada, gracias")]
    [InlineData("Я не возмущен")]
    [InlineData("Мне столик на двоих")]
    [InlineData("אני לא כועסת")]
    [InlineData("")]
    public void Calm_callers_are_left_alone(string words) => CallerMood.Read([], new AgentTrigger.CallerSaid(words)).WantPerson.ShouldBeFalse(words);

    [Fact]
    public void Two_mild_words_within_three_turns_are_anger_told_once()
    {
        Read("That is annoying.", "A table.", "It's frustrating.").Angry.ShouldBeTrue();
        Read("That is annoying.", "A table.", "For two.", "It's frustrating.").Angry.ShouldBeFalse();
        Read("That is annoying.", "It's frustrating.", "This is ridiculous!").Angry.ShouldBeFalse();
    }

    [Theory]
    [InlineData("I already told you, seven.", "You're not listening to me.")]
    [InlineData("Ya le dije que a las siete.", "No me está escuchando.")]
    [InlineData("Я уже сказала, на семь.", "Вы меня не понимаете.")]
    [InlineData("כבר אמרתי לך בשבע", "את לא מקשיבה")]
    public void A_caller_who_must_say_things_again_is_misunderstood(string first, string second)
    {
        Read(first).Misunderstood.ShouldBeFalse();
        Read(first, second).Misunderstood.ShouldBeTrue();
        Read(first, "Yes.", "No.", "Well.", second).Misunderstood.ShouldBeFalse();
    }

    [Fact]
    public void The_same_sentence_over_and_over_is_misunderstanding_and_a_short_answer_is_not()
    {
        Read("I want the blue shoes", "I want the blue shoes", "I want the blue shoes please").Misunderstood.ShouldBeTrue();
        Read("Yes.", "Yes.", "Yes.", "Yes.").Misunderstood.ShouldBeFalse();
        Read("I want the blue shoes", "And a table for four at seven", "In the name of Ann Smith").Misunderstood.ShouldBeFalse();
    }

    [Fact]
    public void Words_not_recognised_three_times_in_a_row_are_misunderstanding_told_once()
    {
        CallerMood.Read([], new AgentTrigger.NotUnderstood(2)).WantPerson.ShouldBeFalse();
        CallerMood.Read([], new AgentTrigger.NotUnderstood(3)).Misunderstood.ShouldBeTrue();
        CallerMood.Read([], new AgentTrigger.NotUnderstood(4)).WantPerson.ShouldBeFalse();
    }

    [Fact]
    public void What_the_agent_says_is_nobodys_mood() =>
        CallerMood.Read([new HistoryEntry(Speaker.Agent, "This is ridiculous. This is ridiculous.")], new AgentTrigger.CallerSaid("Annoying."))
            .WantPerson.ShouldBeFalse();

    private static MoodSigns Read(params string[] turns) => CallerMood.Read(
        [.. turns[..^1].Select(t => new HistoryEntry(Speaker.Caller, t))], new AgentTrigger.CallerSaid(turns[^1]));
}
