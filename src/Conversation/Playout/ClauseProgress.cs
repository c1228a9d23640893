using Parley.Conversation.Frames;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Playout;

/// <summary>How far the synthesis of a clause has come, to know what is left of it when the synthesiser stalls.</summary>
internal sealed class ClauseProgress(string text)
{
    private const int BytesPerMs = 8;
    private const int CharsPerSecond = 15;

    // Four times as slow as ordinary speech, and time for a number that is a few characters and a whole sentence.
    private const int MostMsPerChar = 250;
    private const int MostMsMore = 10_000;

    private readonly int mostMs = text.Length * MostMsPerChar + MostMsMore;
    private double givenMs;
    private IReadOnlyList<WordTiming>? shifted;

    /// <summary>Word timings as the synthesiser gave them.</summary>
    public IReadOnlyList<WordTiming>? Words { get; set; }

    /// <summary>Bytes of telephone audio so far.</summary>
    public int Bytes { get; set; }

    /// <summary>Characters whose words are wholly in the audio so far; all when none may be repeated or dropped.</summary>
    public int CharsSpoken
    {
        get
        {
            var ms = Bytes / BytesPerMs;
            if (shifted is null)
                return Math.Max(0, text.LastIndexOf(' ', Math.Min(text.Length - 1, ms * CharsPerSecond / 1000)));

            var chars = 0;
            foreach (var word in shifted)
            {
                if (word.EndMs > ms)
                    break;
                chars = word.EndChar;
            }

            return Math.Min(chars, text.Length);
        }
    }

    /// <summary>Counts a piece as it came, silence included; true when the clause is longer than anybody would speak it.</summary>
    public bool IsEndless(AudioFrame? piece)
    {
        givenMs += piece?.Duration.TotalMilliseconds ?? 0;
        return givenMs > mostMs;
    }

    /// <summary>The timings, moved by the silence that was cut off; null when there are none, or they were taken before.</summary>
    public IReadOnlyList<WordTiming>? TakeWords(TelephoneVoice telephone)
    {
        if (shifted is not null || Words is null)
            return null;

        shifted = telephone.Shift(Words);
        return shifted;
    }
}
