using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Parley.Telemetry;

/// <summary>
/// Listens to the instruments that an operator wants to see and adds up what they measure, for <see cref="ExpositionWriter"/>. Instruments are
/// known as soon as they are made, measured or not.
/// </summary>
internal sealed partial class MetricsRegistry : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly IMeterFactory factory;
    private readonly ILogger<MetricsRegistry> log;
    private readonly Lock collecting = new();
    private long collections;

    /// <summary>Starts to listen: to the process-wide meters and those of <paramref name="factory"/>, not to those of another host in this process.</summary>
    public MetricsRegistry(IMeterFactory factory, ILogger<MetricsRegistry> log)
    {
        this.factory = factory;
        this.log = log;
        listener.InstrumentPublished = OnPublished;
        listener.SetMeasurementEventCallback<byte>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<short>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<int>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<long>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<float>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<double>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<decimal>(static (instrument, value, tags, state) => Record(instrument, (double)value, tags, state));
        listener.Start();
    }

    /// <summary>Asks the instruments that want to be asked, and gives everything to <paramref name="write"/>, by name. One at a time.</summary>
    public void Collect(Action<IReadOnlyList<MetricFamily>, long> write)
    {
        lock (collecting)
        {
            collections++;
            foreach (var family in families.Values)
                family.Collection = collections;
            try
            {
                listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                // One instrument that fails does not hide the others.
                LogFailed(e);
            }

            write([.. families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)], collections);
        }
    }

    public void Dispose() => listener.Dispose();

    private void OnPublished(Instrument instrument, MeterListener listening)
    {
        if (!Meters.All.Contains(instrument.Meter.Name) || (instrument.Meter.Scope is { } scope && scope != factory))
            return;
        if (MetricFamily.For(instrument) is not { } made)
            return;

        // A second instrument of the same name adds to the first; one of another kind would make the page invalid.
        var family = families.GetOrAdd(made.Name, made);
        if (family.Kind == made.Kind && family.IsObserved == made.IsObserved)
            listening.EnableMeasurementEvents(instrument, family);
    }

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is not MetricFamily family)
            return;
        if (instrument is Gauge<double> or Gauge<long> or Gauge<int>)
            family.Set(value, tags);
        else
            family.Record(value, tags);
    }

    [LoggerMessage(7101, LogLevel.Warning, "Some instruments could not be read")]
    private partial void LogFailed(Exception exception);
}
