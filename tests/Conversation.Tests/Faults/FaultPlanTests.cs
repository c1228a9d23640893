using Parley.Conversation.Faults;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.Faults;

public sealed class FaultPlanTests
{
    [Fact]
    public void Faults_are_read_from_text()
    {
        var plan = FaultPlan.Parse("delay=200ms, jitter=0.05s,stall@3s=2s,stall@#7=100ms,cut@5s,half-open@#4,drop=1%,duplicate=5%,reorder,corrupt=0.5%,seed=7");

        plan.ShouldBe(new FaultPlan
        {
            Delay = TimeSpan.FromMilliseconds(200),
            Jitter = TimeSpan.FromMilliseconds(50),
            Stalls =
            [
                new FaultStall(new FaultMoment(TimeSpan.FromSeconds(3), 0), TimeSpan.FromSeconds(2)),
                new FaultStall(new FaultMoment(null, 7), TimeSpan.FromMilliseconds(100)),
            ],
            Cut = new FaultMoment(TimeSpan.FromSeconds(5), 0),
            HalfOpen = new FaultMoment(null, 4),
            Drop = 0.01,
            Duplicate = 0.05,
            Reorder = 0.1,
            Corrupt = 0.005,
            Seed = 7,
        });
        plan.IsNone.ShouldBeFalse();
        FaultPlan.Parse("seed=9").IsNone.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "no fault is given")]
    [InlineData("delay=1s,,", "between two commas")]
    [InlineData("explode", "'explode' is no fault")]
    [InlineData("delay", "'delay' needs a time")]
    [InlineData("delay=200", "with its unit")]
    [InlineData("delay=-1s", "no time between 0 and an hour")]
    [InlineData("delay=9999s", "no time between 0 and an hour")]
    [InlineData("delay@3s=1s", "delay takes no moment")]
    [InlineData("cut", "'cut' needs a moment, such as cut@3s or cut@#12")]
    [InlineData("cut@#0", "counted from #1")]
    [InlineData("cut@3s=2s", "takes no value")]
    [InlineData("stall@3s", "needs a time")]
    [InlineData("stall=3s", "'stall=3s' needs a moment, such as stall@3s")]
    [InlineData("drop=5", "a percentage")]
    [InlineData("drop=101%", "a percentage")]
    [InlineData("drop=1%,drop=2%", "'drop' is given twice")]
    [InlineData("seed=x", "a whole number")]
    public void What_is_wrong_is_told_with_what_is_right(string text, string why)
    {
        var error = Should.Throw<FormatException>(() => FaultPlan.Parse(text));

        error.Message.ShouldContain(why);
        error.Message.ShouldContain(FaultPlan.Help);
    }

    [Fact]
    public void The_same_seed_deals_the_same_fates_and_another_one_others()
    {
        Fates("jitter=1s,drop=20%,duplicate=20%,reorder=20%,corrupt=20%").ShouldBe(Fates("jitter=1s,drop=20%,duplicate=20%,reorder=20%,corrupt=20%"));
        Fates("jitter=1s,drop=20%,seed=2").ShouldNotBe(Fates("jitter=1s,drop=20%"));
    }

    [Fact]
    public void Shares_are_kept()
    {
        var fates = Fates("drop=20%,duplicate=50%", 10_000);

        fates.Count(f => f.Kind == FateKind.Drop).ShouldBeInRange(1800, 2200);
        fates.Count(f => f.Twice).ShouldBeInRange(3700, 4300);
    }

    [Fact]
    public void Jitter_never_changes_the_order()
    {
        var clock = new ManualClock();
        var faults = new FaultInjector(FaultPlan.Parse("delay=100ms,jitter=500ms"), clock);
        var last = clock.GetUtcNow();
        for (var i = 0; i < 200; i++)
        {
            var due = clock.GetUtcNow() + faults.Next().Wait;
            due.ShouldBeGreaterThanOrEqualTo(last);
            last = due;
            clock.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    [Fact]
    public void In_a_stall_everything_waits_for_its_end_and_a_cut_happens_once()
    {
        var clock = new ManualClock();
        var faults = new FaultInjector(FaultPlan.Parse("stall@1s=2s,cut@5s"), clock);
        faults.Next().Wait.ShouldBe(TimeSpan.Zero);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        faults.Next().Wait.ShouldBe(TimeSpan.FromSeconds(1.5));
        clock.Advance(TimeSpan.FromSeconds(2));
        faults.Next().Wait.ShouldBe(TimeSpan.Zero);
        clock.Advance(TimeSpan.FromSeconds(2));
        faults.Next().Kind.ShouldBe(FateKind.Cut);
        faults.Next().Kind.ShouldBe(FateKind.Pass);
    }

    private static List<Fate> Fates(string text, int count = 100)
    {
        var faults = new FaultInjector(FaultPlan.Parse(text), new ManualClock());
        return [.. Enumerable.Range(0, count).Select(_ => faults.Next())];
    }
}
