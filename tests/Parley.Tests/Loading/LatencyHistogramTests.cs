using Parley.Loading;

namespace Parley.Tests.Loading;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void An_empty_one_has_no_percentiles()
    {
        var histogram = new LatencyHistogram();

        histogram.QuantileMs(0.5).ShouldBeNull();
        Percentiles.Of(histogram).ShouldBe(new Percentiles(0, null, null, null, null));
    }

    [Theory]
    [InlineData(0.5, 500)]
    [InlineData(0.95, 950)]
    [InlineData(0.99, 990)]
    [InlineData(1, 1000)]
    public void Percentiles_are_right_within_one_percent(double quantile, double expectedMs)
    {
        var histogram = new LatencyHistogram();
        for (var ms = 1; ms <= 1000; ms++)
            histogram.Record(TimeSpan.FromMilliseconds(ms));

        histogram.QuantileMs(quantile)!.Value.ShouldBe(expectedMs, expectedMs * 0.01);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(1_000_003)]
    [InlineData(86_400_000_000)]
    public void Every_duration_comes_back_within_one_percent(long microseconds)
    {
        var histogram = new LatencyHistogram();
        histogram.RecordMicroseconds(microseconds);
        histogram.RecordMicroseconds(microseconds * 2);

        histogram.QuantileMs(0.5)!.Value.ShouldBe(microseconds / 1000.0, (microseconds / 1000.0 * 0.01) + 1e-9);
        histogram.MaxMs.ShouldBe(microseconds * 2 / 1000.0);
    }

    [Fact]
    public void A_negative_duration_counts_as_none()
    {
        var histogram = new LatencyHistogram();
        histogram.RecordMicroseconds(-5);

        histogram.Count.ShouldBe(1);
        histogram.QuantileMs(1).ShouldBe(0);
    }

    [Fact]
    public void Nothing_is_lost_when_many_threads_record()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 10_000, i => histogram.RecordMicroseconds(i));

        histogram.Count.ShouldBe(10_000);
        histogram.MaxMs.ShouldBe(9.999);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void A_quantile_is_a_share(double quantile) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new LatencyHistogram().QuantileMs(quantile));
}
