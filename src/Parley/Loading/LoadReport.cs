namespace Parley.Loading;

/// <summary>Percentiles in milliseconds; null where nothing was measured.</summary>
/// <param name="Count">How many were measured.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">95 of 100 are no longer.</param>
/// <param name="P99">99 of 100 are no longer.</param>
/// <param name="Max">The longest.</param>
public sealed record Percentiles(long Count, double? P50, double? P95, double? P99, double? Max)
{
    /// <summary>Those of a histogram.</summary>
    public static Percentiles Of(LatencyHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        return histogram.Count == 0
            ? new Percentiles(0, null, null, null, null)
            : new Percentiles(
                histogram.Count, Round(histogram.QuantileMs(0.5)), Round(histogram.QuantileMs(0.95)), Round(histogram.QuantileMs(0.99)),
                Round(histogram.MaxMs));
    }

    private static double? Round(double? ms) => ms is { } value ? Math.Round(value, 3) : null;
}

/// <summary>What a server says of itself (<c>POST /load/stats</c> of a server with stub providers), since it was last asked.</summary>
/// <param name="EndOfTurnMs">Silence that ends a turn.</param>
/// <param name="BargeInMs">Speech that clears the agent's audio.</param>
/// <param name="Calls">Calls with a media connection.</param>
/// <param name="FrameToRecogniser">Frame read from the socket to frame given to the listener and its recogniser.</param>
/// <param name="DroppedFrames">Frames dropped because a call did not keep up.</param>
/// <param name="AllocatedBytes">Managed memory allocated.</param>
/// <param name="HeapBytes">Managed heap after the last collection.</param>
/// <param name="Collections">Garbage collections of generation 0, 1 and 2.</param>
/// <param name="PauseMs">Time the collector stopped everything.</param>
public sealed record ServerStats(
    int EndOfTurnMs, int BargeInMs, int Calls, Percentiles FrameToRecogniser, long DroppedFrames, long AllocatedBytes, long HeapBytes,
    IReadOnlyList<int> Collections, double PauseMs);

/// <summary>The server's process during a step.</summary>
/// <param name="CpuMsPerCallSecond">Processor time for one second of one call (fifty frames sent), in milliseconds.</param>
/// <param name="CpuCores">Processors it kept busy.</param>
/// <param name="ResidentMb">Memory in RAM at the end, in MiB.</param>
/// <param name="Threads">Threads at the end.</param>
/// <param name="Handles">Open file descriptors at the end.</param>
public sealed record ServerUse(double CpuMsPerCallSecond, double CpuCores, double ResidentMb, int Threads, int? Handles);

/// <summary>The load generator during a step; a step that it could not drive measures the generator, not the server.</summary>
/// <param name="Jitter">Moment a frame was due to moment it was sent.</param>
/// <param name="CpuCores">Processors it kept busy.</param>
/// <param name="Bottleneck">Why the step's figures are not the server's; null when they are.</param>
public sealed record GeneratorUse(Percentiles Jitter, double CpuCores, string? Bottleneck);

/// <summary>One step of a load test.</summary>
public sealed record LoadStepReport
{
    /// <summary>Calls at once, as asked for.</summary>
    public required int Calls { get; init; }

    /// <summary>Calls that were there at the end.</summary>
    public required int Live { get; init; }

    /// <summary>Seconds measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Last sound of the caller sent to first media of the reply received (ms).</summary>
    public required Percentiles Reply { get; init; }

    /// <summary>The same without the server's intended wait (ms); empty when that is not known.</summary>
    public required Percentiles Added { get; init; }

    /// <summary>First sound of an interruption sent to <c>clear</c> received (ms).</summary>
    public required Percentiles Reaction { get; init; }

    /// <summary>Frame that decides the interruption sent to <c>clear</c> received (ms); empty when that frame is not known.</summary>
    public required Percentiles ReactionAdded { get; init; }

    /// <summary>Frame sent to its echo received (ms); for echoes only.</summary>
    public required Percentiles Echo { get; init; }

    /// <summary>Media messages sent.</summary>
    public required long FramesSent { get; init; }

    /// <summary>Frames of 20 ms received.</summary>
    public required long FramesReceived { get; init; }

    /// <summary>Replies heard.</summary>
    public required long Turns { get; init; }

    /// <summary>Utterances without a reply.</summary>
    public required long Unanswered { get; init; }

    /// <summary>Times a caller spoke over the agent.</summary>
    public required long Interruptions { get; init; }

    /// <summary>Of these, how often nothing was cleared.</summary>
    public required long IgnoredInterruptions { get; init; }

    /// <summary>Frames received between a <c>clear</c> and the end of what the caller said.</summary>
    public required long StaleFrames { get; init; }

    /// <summary>Media messages that came when the playback had run dry inside a reply.</summary>
    public required long LateFrames { get; init; }

    /// <summary>Silences of more than 40 ms inside a reply.</summary>
    public required long Gaps { get; init; }

    /// <summary>Replies that came before the turn should have ended.</summary>
    public required long Early { get; init; }

    /// <summary>Messages that no server may send.</summary>
    public required long Invalid { get; init; }

    /// <summary>Calls that ended before their caller hung up.</summary>
    public required long Dropped { get; init; }

    /// <summary>Calls that could not be placed, during the ramp.</summary>
    public required long Refused { get; init; }

    /// <summary>Sends that the server's full buffers held up.</summary>
    public required long Blocked { get; init; }

    /// <summary>The server's process; null when it cannot be seen.</summary>
    public ServerUse? Server { get; init; }

    /// <summary>What the server says of itself; null when it says nothing.</summary>
    public ServerStats? Stats { get; init; }

    /// <summary>The generator.</summary>
    public required GeneratorUse Generator { get; init; }

    /// <summary>Nothing went wrong: no call was refused, dropped or left unanswered, and no message was invalid.</summary>
    public bool IsClean => Refused + Dropped + Unanswered + Invalid == 0;
}

/// <summary>A whole load test.</summary>
/// <param name="Server">What was called.</param>
/// <param name="Scenario">What the callers did.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Steps">One for each number of calls.</param>
/// <param name="Errors">Different errors of calls that could not be placed.</param>
public sealed record LoadReport(
    string Server, string Scenario, DateTimeOffset StartedAt, IReadOnlyList<LoadStepReport> Steps, IReadOnlyList<string> Errors);
