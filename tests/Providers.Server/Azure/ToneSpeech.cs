namespace Parley.Providers.Server.Azure;

/// <summary>
/// Speech that a small server can really hear: every word of a vocabulary is a tone of its own. What was lost, cut or sent twice on the way is
/// lost, cut or twice in the text.
/// </summary>
public sealed class ToneSpeech
{
    private const int SampleRate = 8000;
    private const int FirstHz = 400;
    private const int StepHz = 60;
    private const int MostWords = 50;

    /// <summary>Length of a word, in samples: 160 ms.</summary>
    public const int WordSamples = SampleRate * 160 / 1000;

    /// <summary>Silence behind a word, in samples: 40 ms.</summary>
    public const int GapSamples = SampleRate * 40 / 1000;

    private readonly List<string> words;

    /// <summary>A vocabulary of at most 50 words.</summary>
    public ToneSpeech(params IEnumerable<string> sentences)
    {
        words = [.. sentences.SelectMany(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.Count, MostWords);
    }

    /// <summary>The sentence as linear 8 kHz samples.</summary>
    public short[] Speak(string sentence)
    {
        var spoken = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var samples = new short[spoken.Length * (WordSamples + GapSamples)];
        for (var i = 0; i < spoken.Length; i++)
        {
            var hertz = FirstHz + StepHz * words.IndexOf(spoken[i]);
            ArgumentOutOfRangeException.ThrowIfLessThan(hertz, FirstHz, nameof(sentence));
            for (var n = 0; n < WordSamples; n++)
                samples[i * (WordSamples + GapSamples) + n] = (short)(8000 * Math.Sin(2 * Math.PI * hertz * (n + 0.5) / SampleRate));
        }

        return samples;
    }

    /// <summary>The word of a tone; null for a tone that is none.</summary>
    internal string? WordOf(double hertz)
    {
        var index = (int)Math.Round((hertz - FirstHz) / StepHz);
        return index >= 0 && index < words.Count ? words[index] : null;
    }
}
