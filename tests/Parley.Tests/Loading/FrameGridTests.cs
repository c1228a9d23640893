using Parley.Loading;
using Parley.Tests.Common.Time;

namespace Parley.Tests.Loading;

public sealed class FrameGridTests
{
    private readonly ManualClock clock = new();
    private readonly FrameGrid grid;
    private readonly long start;

    public FrameGridTests()
    {
        start = clock.GetTimestamp();
        grid = new FrameGrid(start, clock.TimestampFrequency);
    }

    [Fact]
    public void A_slot_is_due_every_millisecond_and_a_frame_every_twenty()
    {
        var ticks = new List<GridTick>();
        for (var ms = 0; ms < 45; ms++)
        {
            Take().Count.ShouldBe(1, $"at {ms} ms");
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        List<GridTick> Take()
        {
            var taken = new List<GridTick>();
            while (grid.TryTake(clock.GetTimestamp(), out var tick))
                taken.Add(tick);
            ticks.AddRange(taken);
            return taken;
        }

        ticks[0].ShouldBe(new GridTick(0, 0, start));
        ticks[19].ShouldBe(new GridTick(19, 0, start + (19 * TimeSpan.TicksPerMillisecond)));
        ticks[20].ShouldBe(new GridTick(0, 1, start + (20 * TimeSpan.TicksPerMillisecond)));
        ticks[44].Frame.ShouldBe(2);
    }

    [Fact]
    public void What_was_missed_is_made_up_for_and_the_grid_stays_where_it_was()
    {
        clock.Advance(TimeSpan.FromMilliseconds(100.5));
        var taken = 0;
        var last = default(GridTick);
        while (grid.TryTake(clock.GetTimestamp(), out var tick))
            (taken, last) = (taken + 1, tick);

        taken.ShouldBe(101);
        last.Due.ShouldBe(start + (100 * TimeSpan.TicksPerMillisecond));
        grid.Rest(clock.GetTimestamp()).ShouldBe(TimeSpan.FromMilliseconds(0.5));
    }

    [Fact]
    public void With_a_nanosecond_clock_it_is_exact_after_many_minutes()
    {
        const long frequency = 1_000_000_000;
        var grid2 = new FrameGrid(7, frequency);
        const long day = 86_400L;
        GridTick tick = default;
        for (var i = 0L; i <= day * 10; i++)
            grid2.TryTake(long.MaxValue, out tick);

        tick.Due.ShouldBe(7 + (day * 10 * frequency / 1000));
        grid2.Rest(tick.Due + 400_000).ShouldBe(TimeSpan.FromMilliseconds(0.6));
    }
}
