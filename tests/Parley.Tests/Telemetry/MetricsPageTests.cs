using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Telemetry;

namespace Parley.Tests.Telemetry;

public sealed class MetricsPageTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsRegistry registry;
    private readonly Meter meter;

    public MetricsPageTests()
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        registry = new MetricsRegistry(factory, NullLogger<MetricsRegistry>.Instance);
        meter = factory.Create(Meters.All[0]);
    }

    public void Dispose()
    {
        registry.Dispose();
        services.Dispose();
    }

    private Exposition Page() => Exposition.Read(new ExpositionWriter(openMetrics: false).Write(registry));

    private string Text(bool openMetrics = false) =>
        string.Join('\n', new ExpositionWriter(openMetrics).Write(registry).Split('\n').Where(line => line.Contains("test_")
            || line.StartsWith("# EOF", StringComparison.Ordinal)));

    [Fact]
    public void An_instrument_is_on_the_page_before_its_first_measurement()
    {
        meter.CreateCounter<long>("test.things", "{thing}", "Things.");
        Text().ShouldBe("# HELP test_things_total Things.\n# TYPE test_things_total counter");
    }

    [Fact]
    public void Counters_add_up_by_their_tags_in_any_order()
    {
        var counter = meter.CreateCounter<int>("test.things");
        counter.Add(2, new("a", 1), new("b", true));
        counter.Add(3, new("b", true), new("a", 1));
        counter.Add(5, new("a", 1), new("b", false));
        counter.Add(-1, new("a", 1), new("b", false));
        var page = Page();
        page.Samples["test_things_total{a=\"1\",b=\"true\"}"].ShouldBe(5);
        page.Samples["test_things_total{a=\"1\",b=\"false\"}"].ShouldBe(5);
    }

    [Fact]
    public void Milliseconds_become_seconds_in_buckets_that_add_up()
    {
        var histogram = meter.CreateHistogram(
            "test.wait", "ms", "Waits.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 100, 1000] });
        foreach (var ms in (double[])[5, 10, 11, 1000, 1001])
            histogram.Record(ms);
        histogram.Record(double.NaN);
        Text().ShouldBe(
            """
            # HELP test_wait_seconds Waits.
            # TYPE test_wait_seconds histogram
            test_wait_seconds_bucket{le="0.01"} 2
            test_wait_seconds_bucket{le="0.1"} 3
            test_wait_seconds_bucket{le="1"} 4
            test_wait_seconds_bucket{le="+Inf"} 5
            test_wait_seconds_sum 2.027
            test_wait_seconds_count 5
            """);
    }

    [Fact]
    public void OpenMetrics_names_families_without_total_and_ends_with_a_mark()
    {
        meter.CreateCounter<long>("test.things", "s", "A \"thing\"\nmore.").Add(1);
        meter.CreateHistogram("test.wait", "s", "W", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(2);
        Text(openMetrics: true).ShouldBe(
            """
            # HELP test_things_seconds A \"thing\"\nmore.
            # TYPE test_things_seconds counter
            # UNIT test_things_seconds seconds
            test_things_seconds_total 1
            # HELP test_wait_seconds W
            # TYPE test_wait_seconds histogram
            # UNIT test_wait_seconds seconds
            test_wait_seconds_bucket{le="1.0"} 0
            test_wait_seconds_bucket{le="+Inf"} 1
            test_wait_seconds_sum 2
            test_wait_seconds_count 1
            # EOF
            """);
    }

    [Fact]
    public void Label_values_are_escaped_and_cut_and_names_cleaned()
    {
        var counter = meter.CreateCounter<long>("test.things");
        counter.Add(1, new KeyValuePair<string, object?>("error.type", "a\\b\"c\nd"));
        counter.Add(1, new KeyValuePair<string, object?>("1st", new string('x', 1000)));
        counter.Add(1, new KeyValuePair<string, object?>("none", null));
        var page = Page();
        page.Samples.Keys.ShouldContain("""test_things_total{error_type="a\\b\"c\nd"}""");
        page.Samples.Keys.ShouldContain("test_things_total{_1st=\"" + new string('x', 128) + "\"}");
        page.Samples.Keys.ShouldContain("test_things_total{none=\"\"}");
    }

    [Fact]
    public void Series_beyond_the_bound_are_counted_together()
    {
        var counter = meter.CreateCounter<long>("test.things");
        for (var i = 0; i < 1000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var samples = Page().Samples.Where(s => s.Key.StartsWith("test_things_total", StringComparison.Ordinal)).ToList();
        samples.Count.ShouldBe(MetricFamily.MaxSeries + 1);
        samples.Sum(s => s.Value).ShouldBe(1000);
        samples.Single(s => s.Key.Contains(MetricFamily.Overflow)).Value.ShouldBe(1000 - MetricFamily.MaxSeries);
    }

    [Fact]
    public void Observed_values_are_as_of_now_and_vanish_with_what_they_observed()
    {
        Measurement<double>[] now = [new(1.5, new KeyValuePair<string, object?>("a", "x")), new(2, new KeyValuePair<string, object?>("a", "y"))];
        meter.CreateObservableGauge("test.level", () => now);
        Page().Samples["test_level{a=\"y\"}"].ShouldBe(2);
        now = [new(7, new KeyValuePair<string, object?>("a", "x"))];
        var page = Page();
        page.Samples["test_level{a=\"x\"}"].ShouldBe(7);
        page.Samples.Keys.ShouldNotContain("test_level{a=\"y\"}");
    }

    [Fact]
    public void Gauges_go_down_as_well()
    {
        var upDown = meter.CreateUpDownCounter<long>("test.open");
        upDown.Add(3);
        upDown.Add(-2);
        var gauge = meter.CreateGauge<double>("test.heat");
        gauge.Record(3);
        gauge.Record(double.PositiveInfinity);
        var page = Page();
        page.Samples["test_open"].ShouldBe(1);
        page.Samples["test_heat"].ShouldBe(double.PositiveInfinity);
    }

    [Fact]
    public void One_that_fails_does_not_hide_the_others()
    {
        meter.CreateObservableGauge<int>("test.broken", new Func<int>(() => throw new InvalidOperationException("no")));
        meter.CreateObservableGauge("test.level", () => 1);
        Page().Samples["test_level"].ShouldBe(1);
    }

    [Fact]
    public void Meters_of_others_and_of_another_host_are_not_heard()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create(Meters.All[0]).CreateCounter<int>("test.elsewhere").Add(1);
        services.GetRequiredService<IMeterFactory>().Create("Somebody.Else").CreateCounter<int>("test.unknown").Add(1);
        Text().ShouldBeEmpty();
    }

    [Fact]
    public void Two_instruments_of_one_name_are_one_and_of_different_kinds_the_first()
    {
        meter.CreateCounter<int>("test.things", null, "First.").Add(1);
        meter.CreateCounter<long>("test.things", null, "Second.").Add(2);
        meter.CreateObservableGauge("test.things", () => 5);
        Text().ShouldBe("# HELP test_things_total First.\n# TYPE test_things_total counter\ntest_things_total 3");
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var counter = meter.CreateCounter<long>("test.frames");
        var histogram = meter.CreateHistogram<double>("test.wait", "ms");
        object? value = "moonshine";
        Record(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record(10_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        Page().Samples["test_frames_total"].ShouldBe(10_010);

        void Record(int times)
        {
            for (var i = 0; i < times; i++)
            {
                counter.Add(1);
                histogram.Record(i, new("stage", "stt"), new("provider", value));
            }
        }
    }

    [Fact]
    public async Task Threads_that_record_at_once_lose_nothing()
    {
        var histogram = meter.CreateHistogram<double>("test.wait", "s");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                histogram.Record(1, new KeyValuePair<string, object?>("thread", thread / 2));
        })));
        var page = Page();
        page.Samples["test_wait_seconds_count{thread=\"0\"}"].ShouldBe(40_000);
        page.Samples["test_wait_seconds_sum{thread=\"1\"}"].ShouldBe(40_000);
    }
}
