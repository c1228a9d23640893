using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.Loading.Stub;

/// <summary>Listens to the voice loop's metrics for a load test, and gives out what happened since it last did.</summary>
internal sealed partial class LoadStatsCollector(
    CallRegistry calls, IOptions<PipelineOptions> pipeline, IOptions<TwilioOptions> twilio, ILogger<LoadStatsCollector> log)
    : IHostedService, IDisposable
{
    private readonly MeterListener listener = new();
    private volatile LatencyHistogram delays = new();
    private long dropped;
    private long allocatedBefore;
    private double pauseBefore;
    private int[] collectionsBefore = [0, 0, 0];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        StubsServe(log, FixedEndpointing.SilenceMs, StubProviders.BargeInMs(pipeline));
        if (!string.IsNullOrEmpty(twilio.Value.AuthToken))
            TwilioConfigured(log);

        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == ConversationMetrics.MeterName
                && instrument.Name is ConversationMetrics.FrameDelayName or ConversationMetrics.DroppedFramesName)
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, ms, _, _) => delays.RecordMicroseconds((long)(ms * 1000)));
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    /// <summary>What happened since the last time.</summary>
    public ServerStats Take()
    {
        var heard = Interlocked.Exchange(ref delays!, new LatencyHistogram());
        int[] collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        var allocated = GC.GetTotalAllocatedBytes();
        var pause = GC.GetTotalPauseDuration().TotalMilliseconds;
        var stats = new ServerStats(
            FixedEndpointing.SilenceMs, StubProviders.BargeInMs(pipeline), calls.Count, Percentiles.Of(heard), Interlocked.Exchange(ref dropped, 0),
            allocated - allocatedBefore, GC.GetGCMemoryInfo().HeapSizeBytes,
            [.. collections.Zip(collectionsBefore, (now, before) => now - before)], Math.Round(pause - pauseBefore, 2));
        (allocatedBefore, pauseBefore, collectionsBefore) = (allocated, pause, collections);
        return stats;
    }

    [LoggerMessage(5001, LogLevel.Warning,
        "Stub providers, for load tests only: nobody is understood. Turns end after {EndOfTurnMs} ms of silence, interruptions clear after {BargeInMs} ms of speech")]
    private static partial void StubsServe(ILogger logger, int endOfTurnMs, int bargeInMs);

    [LoggerMessage(5002, LogLevel.Critical, "STUB PROVIDERS TOGETHER WITH A TWILIO AUTH TOKEN: real callers would hear a tone. Start without --providers stub")]
    private static partial void TwilioConfigured(ILogger logger);
}
