using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Parley.Calling;

namespace Parley.Loading;

/// <summary>How far a load test is.</summary>
/// <param name="Calls">Calls at once, as asked for.</param>
/// <param name="Live">Calls that are there.</param>
/// <param name="Phase">What is being done.</param>
/// <param name="Left">How long the phase still takes; null when that is not known.</param>
/// <param name="Turns">Replies heard in this step.</param>
/// <param name="ReplyP95">Of these, what 95 of 100 did not exceed, in milliseconds.</param>
internal sealed record LoadProgress(int Calls, int Live, string Phase, TimeSpan? Left, long Turns, double? ReplyP95);

/// <summary>Places calls step by step, lets them talk, and measures.</summary>
internal sealed class LoadRunner(
    LoadOptions options, LoadScript script, string scenario, HttpClient http, TimeProvider time, Action<LoadProgress> progress)
{
    private const int DialsAtOnce = 16;
    private const int FramesPerSecond = 50;
    private const double BottleneckJitterMs = 5;
    private const double BottleneckCores = 0.9;
    private const double StarvedCores = 0.5;

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);

    private readonly LoadMeter meter = new(time);
    private readonly List<LoadCall> calls = [];
    private readonly ConcurrentDictionary<string, bool> errors = new();
    private int placed;

    /// <summary>Runs all steps; cancelling ends the step that runs, hangs up, and leaves out what is missing.</summary>
    /// <exception cref="CallFailedException">Not one call of the first step could be placed.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var said = await AskAsync(cancellationToken);
        var timing = new LoadTiming(options.EndOfTurnMs ?? said?.EndOfTurnMs, said?.BargeInMs);
        var dialer = new LoadDialer(options, script, http, time);
        var steps = new List<LoadStepReport>();
        using var pacer = new LoadPacer(time);
        try
        {
            foreach (var count in options.Calls)
                steps.Add(await RunStepAsync(count, timing, dialer, pacer, said is not null, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was measured is reported.
        }
        finally
        {
            Report(0, "hanging up", null);
            await HangUpAsync(dialer, pacer, calls.Count);
        }

        return new LoadReport(options.Server.ToString(), scenario, startedAt, steps, [.. errors.Keys.Order(StringComparer.Ordinal)]);
    }

    private async Task<LoadStepReport> RunStepAsync(
        int count, LoadTiming timing, LoadDialer dialer, LoadPacer pacer, bool serverSpeaks, CancellationToken cancellationToken)
    {
        var refused = await RampAsync(count, timing, dialer, pacer, cancellationToken);
        await WaitAsync(count, "settling", options.Settle, cancellationToken);

        if (serverSpeaks)
            await AskAsync(cancellationToken);
        var processId = options.ProcessId ?? (options.Server.IsLoopback ? ListeningProcess.Find(options.Server.Port) : null);
        var stats = meter.Current = new LoadStats();
        var (server, own, from) = (Use(processId), Use(Environment.ProcessId), time.GetTimestamp());
        await WaitAsync(count, "measuring", options.Length, cancellationToken);

        var seconds = time.GetElapsedTime(from).TotalSeconds;
        var (serverAfter, ownAfter) = (Use(processId), Use(Environment.ProcessId));
        var said = serverSpeaks ? await AskAsync(cancellationToken) : null;
        var live = Live();
        return new LoadStepReport
        {
            Calls = count,
            Live = live,
            Seconds = Math.Round(seconds, 2),
            Reply = Percentiles.Of(stats.Reply),
            Added = Percentiles.Of(stats.Added),
            Reaction = Percentiles.Of(stats.Reaction),
            ReactionAdded = Percentiles.Of(stats.ReactionAdded),
            Echo = Percentiles.Of(stats.Echo),
            FramesSent = stats.FramesSent,
            FramesReceived = stats.FramesReceived,
            Turns = stats.Turns,
            Unanswered = stats.Unanswered,
            Interruptions = stats.Interruptions,
            IgnoredInterruptions = stats.IgnoredInterruptions,
            StaleFrames = stats.StaleFrames,
            LateFrames = stats.LateFrames,
            Gaps = stats.Gaps,
            Early = stats.Early,
            Invalid = stats.Invalid,
            Dropped = stats.Dropped,
            Refused = refused,
            Blocked = stats.Blocked,
            Server = server is null || serverAfter is null ? null : UseOf(server, serverAfter, seconds, stats.FramesSent / (double)FramesPerSecond),
            Stats = said,
            Generator = Judge(Percentiles.Of(stats.Jitter), own, ownAfter, seconds),
        };
    }

    // A second of a call is what fifty frames are, whenever they were sent: a generator that was held up does not make the server look cheap.
    private static ServerUse UseOf(ProcessUse before, ProcessUse after, double seconds, double callSeconds) => new(
        Math.Round((after.CpuMs - before.CpuMs) / Math.Max(callSeconds, 1), 3),
        Math.Round((after.CpuMs - before.CpuMs) / seconds / 1000, 3),
        Math.Round(after.ResidentBytes / 1048576.0, 1), after.Threads, after.Handles);

    private static GeneratorUse Judge(Percentiles jitter, ProcessUse? before, ProcessUse? after, double seconds)
    {
        var cores = before is null || after is null ? 0 : Math.Round((after.CpuMs - before.CpuMs) / seconds / 1000, 3);
        var why = jitter.P99 > BottleneckJitterMs
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"1 of 100 frames was sent more than {jitter.P99:0.0} ms late{(cores < StarvedCores ? ", with its processor mostly free or taken by other programs" : "")}")
            : cores > BottleneckCores ? string.Create(CultureInfo.InvariantCulture, $"the generator used {cores:0.00} of a processor")
            : null;
        return new GeneratorUse(jitter, cores, why);
    }

    private static ProcessUse? Use(int? processId) => processId is { } id ? ProcessMeter.Read(id) : null;

    private int Live() => calls.Count(c => !c.IsOver);

    /// <summary>Brings the number of live calls to <paramref name="count"/>; returns how many calls could not be placed.</summary>
    private async Task<int> RampAsync(int count, LoadTiming timing, LoadDialer dialer, LoadPacer pacer, CancellationToken cancellationToken)
    {
        foreach (var over in calls.Where(c => c.IsOver).ToArray())
        {
            pacer.Remove(over);
            over.Dispose();
            calls.Remove(over);
        }

        await HangUpAsync(dialer, pacer, calls.Count - count);
        var refused = 0;
        var missing = count - calls.Count;
        var began = time.GetTimestamp();
        using var room = new SemaphoreSlim(DialsAtOnce);
        var dialing = new List<Task<LoadCall?>>();
        for (var i = 0; i < missing; i++)
        {
            var rest = TimeSpan.FromSeconds(i / options.Ramp) - time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, time, cancellationToken);
            await room.WaitAsync(cancellationToken);
            dialing.Add(PlaceAsync(timing, dialer, pacer, placed++, room, cancellationToken));
            if (i % 20 == 0)
                Report(count, "connecting", TimeSpan.FromSeconds((missing - i) / options.Ramp), calls.Count + i);
        }

        foreach (var call in await Task.WhenAll(dialing))
        {
            if (call is null)
                refused++;
            else
                calls.Add(call);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return calls.Count > 0 ? refused : throw new CallFailedException(string.Join(Environment.NewLine, errors.Keys));
    }

    private async Task<LoadCall?> PlaceAsync(
        LoadTiming timing, LoadDialer dialer, LoadPacer pacer, int seed, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        try
        {
            var call = new LoadCall(await dialer.DialAsync(cancellationToken), script, timing, meter, seed);
            call.Begin();
            pacer.Add(call);
            return call;
        }
        catch (CallFailedException e)
        {
            errors.TryAdd(e.Message, true);
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            room.Release();
        }
    }

    private async Task HangUpAsync(LoadDialer dialer, LoadPacer pacer, int count)
    {
        if (count <= 0)
            return;

        using var room = new SemaphoreSlim(DialsAtOnce);
        var leaving = calls.TakeLast(count).ToArray();
        calls.RemoveRange(calls.Count - leaving.Length, leaving.Length);
        await Task.WhenAll(leaving.Select(async call =>
        {
            await room.WaitAsync();
            try
            {
                pacer.Remove(call);
                if (!call.IsOver && !await call.HangUpAsync())
                    errors.TryAdd("the server did not close a connection within 5 s of the hang-up", true);
                call.Dispose();
                await dialer.ReportEndAsync(call.Start);
            }
            finally
            {
                room.Release();
            }
        }));
    }

    private async Task WaitAsync(int count, string phase, TimeSpan length, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (length - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            Report(count, phase, left);
            await Task.Delay(left < ProgressEvery ? left : ProgressEvery, time, cancellationToken);
        }
    }

    private void Report(int count, string phase, TimeSpan? left, int? live = null)
    {
        var stats = meter.Current;
        progress(new LoadProgress(count, live ?? Live(), phase, left, stats.Turns, stats.Reply.QuantileMs(0.95)));
    }

    /// <summary>What the server says of itself since it was last asked; null when it does not.</summary>
    private async Task<ServerStats?> AskAsync(CancellationToken cancellationToken)
    {
        if (options.Server.Scheme is "ws" or "wss")
            return null;

        try
        {
            using var answer = await http.PostAsync(new Uri(options.Server, "/load/stats"), null, cancellationToken);
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync<ServerStats>(cancellationToken)
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or SocketException)
        {
            return null;
        }
    }
}
