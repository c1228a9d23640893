using Parley.Calling;

namespace Parley.Tests.Calling;

public class PlaybackQueueTests
{
    private readonly PlaybackQueue queue = new();
    private readonly List<string> reached = [];

    [Fact]
    public void Audio_is_played_in_order_across_pieces_and_filled_up_with_silence()
    {
        queue.Enqueue([1, 2, 3]);
        queue.Enqueue([]);
        queue.Enqueue([4, 5]);
        Play(4).ShouldBe([1, 2, 3, 4]);
        queue.Queued.ShouldBe(1);
        var output = new byte[3];
        queue.Play(output, reached).ShouldBe(1);
        output.ShouldBe([5, 0xFF, 0xFF]);
        queue.Played.ShouldBe(5);
    }

    [Fact]
    public void A_mark_is_reached_when_the_audio_before_it_has_been_played_and_not_earlier()
    {
        queue.Enqueue(new byte[160]);
        queue.Mark("a").ShouldBeFalse();
        queue.Enqueue(new byte[10]);
        queue.Mark("b").ShouldBeFalse();
        Play(159);
        reached.ShouldBeEmpty();
        Play(1);
        reached.ShouldBe(["a"]);
        Play(160);
        reached.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_mark_with_nothing_queued_is_echoed_at_once() => queue.Mark("now").ShouldBeTrue();

    [Fact]
    public void Clear_drops_the_audio_and_returns_outstanding_marks_in_order()
    {
        queue.Enqueue(new byte[300]);
        queue.Mark("a");
        queue.Mark("b");
        Play(100);
        queue.Clear().ShouldBe(["a", "b"]);
        queue.Queued.ShouldBe(0);
        Play(10).ShouldAllBe(b => b == 0xFF);
        reached.ShouldBeEmpty();
        queue.Clear().ShouldBeEmpty();
    }

    [Fact]
    public void Audio_and_marks_after_a_clear_play_normally()
    {
        queue.Enqueue(new byte[300]);
        Play(100);
        queue.Clear();
        queue.Enqueue([7, 8]);
        queue.Mark("c").ShouldBeFalse();
        Play(2).ShouldBe([7, 8]);
        reached.ShouldBe(["c"]);
    }

    private byte[] Play(int bytes)
    {
        var output = new byte[bytes];
        queue.Play(output, reached);
        return output;
    }
}
