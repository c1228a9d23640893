using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;

namespace Parley.ProviderBench;

/// <summary>What a caller waited for.</summary>
/// <param name="Said">What was said.</param>
/// <param name="AnswerMs">From the end of its sound to the first sound of the answer; null when there was none in time.</param>
/// <param name="HeardMs">To whatever was heard first: the answer, or a holding phrase before it.</param>
internal sealed record Waited(Recording Said, double? AnswerMs, double? HeardMs);

/// <summary>One call over the real pipeline, in real time: a caller who hears the greeting, speaks, hears the answer out, and speaks again.</summary>
internal sealed class BenchCall : ICallTransport, ICallJournal
{
    private const int FrameBytes = 160;
    private const int FrameMs = 20;

    // Whoever speaks at once after the agent would sound like an interruption.
    private const int BreathMs = 300;
    private const int PatienceMs = 20_000;

    private readonly Lock gate = new();
    private readonly Installation installation;
    private readonly IReadOnlyList<Recording> says;
    private readonly Action<int, Recording>? beforeTurn;
    private readonly List<Waited> waited = [];
    private readonly Queue<(string Name, double AtMs)> marks = new();
    private readonly List<double> sentMs = [];
    private readonly byte[] silence = new byte[FrameBytes];
    private readonly long started = TimeProvider.System.GetTimestamp();
    private double beganMs;
    private double playedOutMs;
    private int agentTurns;
    private TurnTimes? answer;

    public BenchCall(Installation installation, IReadOnlyList<Recording> says, Action<int, Recording>? beforeTurn = null)
    {
        this.installation = installation;
        this.says = says;
        this.beforeTurn = beforeTurn;
        Array.Fill(silence, MuLaw.Silence);
    }

    /// <summary>From the media's beginning to the greeting's first sound.</summary>
    public double? GreetingMs { get; private set; }

    private double NowMs => TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;

    /// <summary>Runs the call to its end.</summary>
    public async Task<IReadOnlyList<Waited>> RunAsync()
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var context = new CallContext(id, "CA" + id.ToString("N"), Installation.Tenant, "+12125550123", "+12125550100", CallDirection.Inbound);
        beganMs = NowMs;
        await using var pipeline = new CallPipeline(context, this, installation.Services with { Journal = this }, installation.Pipeline);
        var running = pipeline.RunAsync();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(FrameMs), TimeProvider.System);
        var frame = 0;
        var caller = new Caller();
        while (caller.Next <= says.Count && !running.IsCompleted && await ticks.WaitForNextTickAsync())
        {
            for (; frame < (NowMs - beganMs) / FrameMs; frame++)
                await TickAsync(pipeline, caller, frame);
        }

        await pipeline.EndAsync(CallEndReason.CallerHungUp);
        await running;
        GreetingMs = sentMs.Count > 0 ? sentMs[0] - beganMs : null;
        return waited;
    }

    void ICallTransport.SendAudio(ReadOnlySpan<byte> muLaw)
    {
        lock (gate)
        {
            var now = NowMs;
            sentMs.Add(now);
            playedOutMs = Math.Max(playedOutMs, now) + muLaw.Length / 8.0;
        }
    }

    void ICallTransport.SendMark(string name)
    {
        lock (gate)
            marks.Enqueue((name, playedOutMs));
    }

    void ICallTransport.SendClear()
    {
        lock (gate)
        {
            playedOutMs = NowMs;
            var all = marks.ToArray();
            marks.Clear();
            foreach (var (name, _) in all)
                marks.Enqueue((name, playedOutMs));
        }
    }

    void ICallTransport.Close()
    {
    }

    void ICallJournal.Write(TurnRecord turn)
    {
        if (turn.Speaker != Speaker.Agent)
            return;
        lock (gate)
        {
            agentTurns++;
            answer = turn.Times;
        }
    }

    void ICallJournal.Write(CallEnded call)
    {
    }

    private async Task TickAsync(CallPipeline pipeline, Caller caller, int frame)
    {
        var now = NowMs;
        while (true)
        {
            string due;
            lock (gate)
            {
                if (!marks.TryPeek(out var mark) || mark.AtMs > now)
                    break;
                due = marks.Dequeue().Name;
            }

            await pipeline.MarkAsync(due);
        }

        var audio = caller.Speech is { } speech && caller.At < speech.MuLawAudio.Length
            ? speech.MuLawAudio.AsSpan(caller.At, Math.Min(FrameBytes, speech.MuLawAudio.Length - caller.At))
            : silence;
        var heard = AudioFrame.Copy(AudioFormat.Telephone, audio);
        heard.TimestampMs = frame * (long)FrameMs;
        heard.ReceivedAt = TimeProvider.System.GetTimestamp();
        pipeline.Hear(heard);
        Advance(caller, now);
    }

    private void Advance(Caller caller, double now)
    {
        lock (gate)
        {
            if (caller.Speech is { } speech)
            {
                caller.At += FrameBytes;
                if (caller.EndedMs is null && caller.At / 8 >= speech.SoundEndsMs)
                    caller.EndedMs = now - (caller.At / 8 - speech.SoundEndsMs);
            }

            if (caller.Since is null && (agentTurns > caller.Turns || now - caller.AskedMs > PatienceMs))
                caller.Since = now;
            if (caller.Since is not { } since || now - since < BreathMs || now < playedOutMs + BreathMs)
                return;

            if (caller is { Speech: { } said, EndedMs: { } ended })
            {
                var came = agentTurns > caller.Turns;
                var first = sentMs.Find(at => at >= ended);
                double? answered = came && answer is { FirstAudioMs: { } audioMs, SpeechEndMs: { } } times
                    ? Math.Max(audioMs, times.EndOfTurnMs ?? 0) + beganMs - ended
                    : null;
                waited.Add(new Waited(said, answered, first > 0 ? first - ended : null));
            }

            caller.Turns = agentTurns;
            caller.Since = null;
            caller.AskedMs = now;
            caller.At = 0;
            caller.EndedMs = null;
            caller.Speech = caller.Next < says.Count ? says[caller.Next] : null;
            caller.Next++;
            if (caller.Speech is { } next)
                beforeTurn?.Invoke(caller.Next - 1, next);
        }
    }

    /// <summary>Where the caller is in the call.</summary>
    private sealed class Caller
    {
        public int Next { get; set; }

        public Recording? Speech { get; set; }

        public int At { get; set; }

        public double? EndedMs { get; set; }

        public int Turns { get; set; }

        public double? Since { get; set; }

        public double AskedMs { get; set; }
    }
}
