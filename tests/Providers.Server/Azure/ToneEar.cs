namespace Parley.Providers.Server.Azure;

/// <summary>A word that was heard, with its place in samples from the turn's first.</summary>
internal readonly record struct HeardWord(string Text, long Start, long End);

/// <summary>Hears the tones of <see cref="ToneSpeech"/> in any pieces.</summary>
internal sealed class ToneEar(ToneSpeech? vocabulary)
{
    private const int Loud = 600;
    private const int QuietSamples = 120;
    private const int ShortestWord = 480;

    private long position;
    private long toneStart = -1;
    private long lastLoud;
    private int crossings;
    private int sign;

    public long Position => position;

    /// <summary>Whether something sounds.</summary>
    public bool IsSounding => toneStart >= 0;

    /// <summary>Samples since something sounded.</summary>
    public long Silence => IsSounding ? 0 : position - lastLoud;

    public void Hear(short sample, List<HeardWord> words)
    {
        if (Math.Abs((int)sample) >= Loud)
        {
            if (toneStart < 0)
            {
                toneStart = position;
                crossings = 0;
                sign = 0;
            }

            var now = Math.Sign((int)sample);
            if (sign != 0 && now != sign)
                crossings++;
            sign = now;
            lastLoud = position;
        }
        else if (toneStart >= 0 && position - lastLoud >= QuietSamples)
        {
            Finish(words);
        }

        position++;
    }

    /// <summary>The audio is over: a tone that sounds ends here.</summary>
    public void Finish(List<HeardWord> words)
    {
        if (toneStart < 0)
            return;

        var length = lastLoud - toneStart + 1;
        if (length >= ShortestWord && vocabulary?.WordOf(crossings * 8000.0 / (2 * length)) is { } word)
            words.Add(new HeardWord(word, toneStart, lastLoud + 1));
        toneStart = -1;
    }
}
