using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Tests.Common.Calls;

namespace Parley.Tests.Common.Faults;

/// <summary>What may become of the caller's words.</summary>
public enum Words
{
    /// <summary>Each is in the transcript, once and in order.</summary>
    AllKept,

    /// <summary>The recogniser lost some; what is there is there once and in order.</summary>
    SomeLost,

    /// <summary>The recogniser changed them.</summary>
    Changed,
}

/// <summary>
/// What holds for every call, whatever goes wrong: it ends once, the caller never waits longer than the deadline, no turn is lost or doubled,
/// nothing is left running, and all pooled memory comes back.
/// </summary>
public sealed class Invariants
{
    // More than any conversation of these tests holds at once: while the pool has frames, none is made, and the count balances.
    private const int FramesInReserve = 3000;

    // A clause ends with a pause, and the caller waits from its last sound.
    private const int ClauseEndMs = 500;

    private readonly CallRig call;
    private readonly int pooledFrames;
    private readonly List<string> broken = [];

    /// <summary>Begins to watch a call that has not started. Nothing else in the process may use audio frames meanwhile.</summary>
    public Invariants(CallRig call)
    {
        this.call = call;
        var frames = Enumerable.Range(0, FramesInReserve).Select(_ => AudioFrame.Rent(AudioFormat.Telephone, 160)).ToArray();
        foreach (var frame in frames)
            frame.Dispose();
        pooledFrames = AudioFrame.Pooled;
        DeadAirMs = call.Options.ReplyDeadlineMs + ClauseEndMs;
    }

    /// <summary>The longest time in which nobody may be heard.</summary>
    public int DeadAirMs { get; set; }

    /// <summary>What may become of the caller's words.</summary>
    public Words Words { get; set; }

    /// <summary>The loop itself may fail: a part broke its contract.</summary>
    public bool LoopMayFail { get; set; }

    /// <summary>Disposes the call, lets what it left behind come to its end, and checks everything.</summary>
    public void Verify()
    {
        OneEnd();
        NoDeadAir();
        NoTurnLostOrDoubled();
        HeardIsPartOfSent();
        BoundedBuffer();
        NothingLeft();
        if (broken.Count > 0)
            throw new InvalidOperationException($"{string.Join('\n', broken)}\n\n{string.Join('\n', call.Transcript)}\n{string.Join('\n', call.Errors.Lines)}");
    }

    private void Check(bool holds, string otherwise)
    {
        if (!holds)
            broken.Add(otherwise);
    }

    private void OneEnd()
    {
        Check(call.IsOver, "The call does not end.");
        Check(call.Carrier.IsClosed, "The carrier's leg is left open.");
        if (call.RealJournal is null)
            Check(call.Journal.Ends.Count == 1, $"The call's end was written {call.Journal.Ends.Count} times.");
        if (call.IsOver && call.Journal.Ends.Count == 1)
            Check(call.Journal.Ends[0].Reason == call.Outcome.Reason, "Two reasons for one end.");
        Check(LoopMayFail || call.Errors.Lines.All(line => line.Level < LogLevel.Critical), "The call's loop failed.");
    }

    private void NoDeadAir() =>
        Check(call.LongestSilenceMs <= DeadAirMs, $"Nobody was heard for {call.LongestSilenceMs} ms; {DeadAirMs} ms are the most.");

    private void NoTurnLostOrDoubled()
    {
        var turns = call.Journal.Turns;
        var first = turns.Count == 0 ? 0 : turns[0].Ordinal;
        Check(turns.Select(t => t.Ordinal).SequenceEqual(Enumerable.Range(first, turns.Count)), "Turns are missing, doubled or out of order.");
        if (Words == Words.Changed)
            return;

        var written = turns.Where(t => t is { Speaker: Speaker.Caller, Source: "speech" })
            .SelectMany(t => t.HeardText.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (Words == Words.AllKept)
        {
            Check(written.SequenceEqual(call.Said), $"Said was \"{string.Join(' ', call.Said)}\", written down \"{string.Join(' ', written)}\".");
            return;
        }

        var left = new Queue<string>(call.Said);
        foreach (var word in written)
        {
            while (left.TryDequeue(out var said) && said != word)
            {
                // Lost.
            }
        }

        Check(written.Count <= call.Said.Count - left.Count, "Words were written down twice, or were never said.");
    }

    private void HeardIsPartOfSent()
    {
        foreach (var turn in call.Journal.Turns)
            Check(turn.SentText.StartsWith(turn.HeardText, StringComparison.Ordinal), $"Heard \"{turn.HeardText}\", though sent was \"{turn.SentText}\".");
    }

    private void BoundedBuffer() => Check(
        call.Carrier.MostBufferedMs <= call.Options.PlayoutLeadMs + 20, $"{call.Carrier.MostBufferedMs} ms waited in the carrier's buffer.");

    private void NothingLeft()
    {
        var sent = call.Carrier.SentBytes;
        call.Dispose();
        call.Do(() => call.Clock.Advance(TimeSpan.FromMinutes(2)));
        Check(call.Carrier.SentBytes == sent, "Audio was sent after the end.");
        Check(call.Recogniser.OpenStreams == 0, "A recogniser's stream is left open.");
        Check(call.Clock.ActiveTimers == 0, $"{call.Clock.ActiveTimers} timers are left.");
        Check(AudioFrame.Pooled == pooledFrames, $"{pooledFrames - AudioFrame.Pooled} frames did not come back.");
    }
}
