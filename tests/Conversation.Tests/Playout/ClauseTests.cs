using Parley.Conversation.Agents;
using Parley.Conversation.Playout;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Tests.Playout;

public sealed class ClauseTests
{
    private static readonly Reply Reply = new(1, new AgentTrigger.CallStarted(), speculative: false);

    [Fact]
    public void Words_are_spoken_when_their_sound_is_out()
    {
        using var clause = Make("one two three", seconds: 3, [new(3, 1000), new(7, 2000), new(13, 3000)]);

        Spoken(clause, 0).ShouldBe("");
        Spoken(clause, 900).ShouldBe("");
        Spoken(clause, 1000).ShouldBe("one");
        Spoken(clause, 1900).ShouldBe("one");
        Spoken(clause, 2000).ShouldBe("one two");
        Spoken(clause, 3000).ShouldBe("one two three");
    }

    [Fact]
    public void Without_timings_the_words_are_spread_evenly_and_cut_at_a_space()
    {
        using var clause = Make("aaaa bbbb cccc dddd", seconds: 4, null);

        Spoken(clause, 1500).ShouldBe("aaaa");
        Spoken(clause, 4000).ShouldBe("aaaa bbbb cccc dddd");
    }

    [Fact]
    public void The_word_being_spoken_begins_where_the_last_one_ended()
    {
        using var clause = Make("one two three", seconds: 3, [new(3, 1000), new(7, 2000), new(13, 3000)]);

        clause.WordStartAt(1500 * 8).ShouldBe(1000 * 8);
        clause.WordStartAt(500 * 8).ShouldBe(0);
    }

    [Fact]
    public void A_complete_clause_is_whole_frames_ending_in_silence()
    {
        using var clause = new Clause(Reply, "x");
        clause.Append(new byte[100]);
        clause.Complete(30);

        (clause.Length % 160).ShouldBe(0);
        clause.Length.ShouldBe(480);
        clause.Audio[^1].ShouldBe((byte)0xFF);
        clause.Append(new byte[10]);
        clause.Length.ShouldBe(480);
    }

    private static Clause Make(string text, int seconds, IReadOnlyList<WordTiming>? words)
    {
        var clause = new Clause(Reply, text);
        clause.Append(new byte[seconds * 8000]);
        if (words is not null)
            clause.SetWords(words);
        clause.Complete(0);
        return clause;
    }

    private static string Spoken(Clause clause, int ms) => clause.Text[..clause.CharsSpoken(ms * 8)];
}
