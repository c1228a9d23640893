using System.Text;
using Parley.Calling;
using Parley.Conversation.Vad;

namespace Parley.Loading;

/// <summary>One thing a caller says, ready to be sent.</summary>
internal sealed class LoadStep
{
    /// <summary>Each frame as base64, shared by all calls.</summary>
    public required byte[][] Frames { get; init; }

    /// <summary>The first frame that holds sound.</summary>
    public required int FirstSoundFrame { get; init; }

    /// <summary>The last frame that holds sound: the caller's last word ends here.</summary>
    public required int LastSoundFrame { get; init; }

    /// <summary>What the server's detector hears; null when that is not known.</summary>
    public SpeechProfile? Profile { get; init; }

    /// <summary>Said over the agent, when it has spoken for so long (ms); null: said when the agent is done.</summary>
    public int? InterruptAfterMs { get; init; }
}

/// <summary>What callers do, shared by all of them.</summary>
internal sealed class LoadScript
{
    private static readonly byte[][] Silence = [.. Enumerable.Range(0, ComfortNoise.Frames).Select(i => Base64(ComfortNoise.Frame(i)))];

    /// <summary>What to say, from the first to the last and over again; none: the caller listens.</summary>
    public required IReadOnlyList<LoadStep> Steps { get; init; }

    /// <summary>The caller's number.</summary>
    public required string From { get; init; }

    /// <summary>The called number.</summary>
    public required string To { get; init; }

    /// <summary>The server is an echo: each media message comes back once, and the time that takes is measured.</summary>
    public bool ExpectsEcho { get; init; }

    /// <summary>A frame of a quiet line, as base64.</summary>
    public static byte[] SilentFrame(long index) => Silence[index % Silence.Length];

    /// <summary>Makes ready what a script says; keys and waits have no place in a load test and are left out.</summary>
    public static LoadScript Of(CallScript script, IVoiceActivityDetector? detector)
    {
        var spoken = script.Steps.Where(s => s.Say is not null).ToList();
        return new()
        {
            From = script.From,
            To = script.To,
            Steps = [.. spoken.Select((step, i) => Step(step, spoken[(i + spoken.Count - 1) % spoken.Count].Say!, detector))],
        };
    }

    private static LoadStep Step(CallStep step, Utterance before, IVoiceActivityDetector? detector)
    {
        var say = step.Say!;
        var first = 0;
        while (first < say.LastSoundFrame && !SpeechLevel.IsSound(say.Frame(first)))
            first++;
        return new LoadStep
        {
            Frames = [.. Enumerable.Range(0, say.Frames).Select(i => Base64(say.Frame(i)))],
            FirstSoundFrame = first,
            LastSoundFrame = say.LastSoundFrame,
            Profile = detector is null ? null : SpeechProfile.Measure(say, detector, before),
            InterruptAfterMs = step.Trigger == StepTrigger.Interrupt ? step.AfterMs : null,
        };
    }

    private static byte[] Base64(ReadOnlySpan<byte> audio) => Encoding.ASCII.GetBytes(Convert.ToBase64String(audio));
}
