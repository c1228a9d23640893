using System.Text.RegularExpressions;
using Parley.Conversation.Audio;

namespace Parley.ProviderBench;

/// <summary>A recorded utterance as mu-law, what is said in it, and where its sound ends.</summary>
internal sealed partial record Recording(string Name, string Text, byte[] MuLawAudio, int SoundEndsMs)
{
    private const int SamplesPerMs = 8;
    private const int WindowMs = 10;

    // A share of the loudest sample; the recordings have a quiet line.
    private const double Quiet = 0.04;

    // Those without a pause inside, so that one text is the text of the whole recording.
    private static readonly string[] First = ["hours-3", "hours-2", "int-1", "hair-3", "msg-1"];
    private static readonly string[] Second = ["res-2", "per-1", "msg-2", "msg-3", "int-2"];

    /// <summary>What callers say, a call each.</summary>
    public static IReadOnlyList<Recording[]> Calls(string repository)
    {
        var texts = Line().Matches(File.ReadAllText(Path.Combine(repository, "samples", "audio", "utterances.txt")))
            .ToDictionary(static line => line.Groups["name"].Value, static line => line.Groups["text"].Value.Trim());
        return [.. new[] { First, Second }.Select(names => names.Select(name => Read(repository, name, texts[name])).ToArray())];
    }

    private static Recording Read(string repository, string name, string text)
    {
        using var file = File.OpenRead(Path.Combine(repository, "samples", "audio", name + ".wav"));
        var samples = WavFile.Read(file).Channel(0);
        var limit = samples.Max(static s => Math.Abs((int)s)) * Quiet;
        var last = Array.FindLastIndex(samples, s => Math.Abs((int)s) > limit);
        var audio = new byte[samples.Length];
        MuLaw.Encode(samples, audio);
        return new Recording(name, text, audio, (last / SamplesPerMs / WindowMs + 1) * WindowMs);
    }

    [GeneratedRegex(@"^(?<name>[a-z]+-\d+) \|.*\| (?<text>[^|]+)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
