using System.Text;
using Parley.Loading;

namespace Parley.Tests.Loading;

public sealed class CarrierBufferTests
{
    private readonly CarrierBuffer buffer = new();

    [Fact]
    public void A_mark_behind_nothing_is_echoed_at_once() => buffer.Mark("m"u8).ShouldBeTrue();

    [Fact]
    public void Marks_come_back_when_the_audio_before_them_was_played()
    {
        buffer.Enqueue(320);
        buffer.Mark("first"u8).ShouldBeFalse();
        buffer.Enqueue(160);
        buffer.Mark("second"u8).ShouldBeFalse();

        buffer.Play(160).ShouldBe(160);
        Marks().ShouldBeEmpty();
        buffer.Play(160).ShouldBe(160);
        Marks().ShouldBe(["first"]);
        buffer.Play(160).ShouldBe(160);
        Marks().ShouldBe(["second"]);
        buffer.Play(160).ShouldBe(0);
        buffer.Played.ShouldBe(480);
    }

    [Fact]
    public void Clear_drops_the_audio_and_gives_all_marks_back_in_order()
    {
        buffer.Enqueue(800);
        buffer.Mark("a"u8);
        buffer.Enqueue(800);
        buffer.Mark("b"u8);
        buffer.Play(160);

        buffer.Clear().ShouldBe(1440);

        Marks().ShouldBe(["a", "b"]);
        buffer.PendingMarks.ShouldBe(0);
        buffer.Play(160).ShouldBe(0);
    }

    [Fact]
    public void What_comes_after_a_clear_is_played()
    {
        buffer.Enqueue(800);
        buffer.Clear();
        buffer.Enqueue(160);
        buffer.Mark("later"u8).ShouldBeFalse();

        buffer.Play(160).ShouldBe(160);

        Marks().ShouldBe(["later"]);
    }

    [Fact]
    public void A_frame_that_is_not_full_is_played_as_far_as_it_goes()
    {
        buffer.Enqueue(100);

        buffer.Play(160).ShouldBe(100);
        buffer.Queued.ShouldBe(0);
    }

    private List<string> Marks()
    {
        var names = new List<string>();
        while (buffer.TryTakeMark(out var name))
            names.Add(Encoding.ASCII.GetString(name));
        return names;
    }
}
