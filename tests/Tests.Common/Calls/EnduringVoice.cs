using System.Runtime.CompilerServices;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Tts;

namespace Parley.Tests.Common.Calls;

/// <summary>Speaks each clause for a given time, whatever its words.</summary>
public sealed class EnduringVoice(int seconds) : ITextToSpeech
{
    /// <summary>Words that may take 200 seconds to speak: what is longer than its words allow is cut.</summary>
    public static readonly string LongWords = "H" + new string('m', 800);

    private volatile int spoken;

    public string Name => "enduring";

    /// <summary>Clauses that were spoken to their end.</summary>
    public int Spoken => spoken;

    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
        SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var second = 0; second < seconds; second++)
        {
            var frame = AudioFrame.Rent(AudioFormat.Telephone, 8000);
            frame.Bytes.Fill(MuLaw.Encode(4000));
            yield return new SpeechChunk(frame, null);
        }

        Interlocked.Increment(ref spoken);
    }
}
