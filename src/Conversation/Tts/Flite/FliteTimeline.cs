using System.Runtime.InteropServices;
using FliteNative = Parley.Conversation.Native.Flite;

namespace Parley.Conversation.Tts.Flite;

/// <summary>
/// What flite decided before it makes the first sample: where speech begins and ends in the audio, and when each word is over. Read
/// from the utterance's relations: Token (a written word) over Word (what it is read as), SylStructure and Segment (phones with
/// end times).
/// </summary>
internal sealed unsafe class FliteTimeline
{
    /// <summary>Silence left before the first phone.</summary>
    private const double LeadSeconds = 0.020;

    /// <summary>Silence left after the last phone.</summary>
    private const double TailSeconds = 0.060;

    private FliteTimeline(int firstSample, int endSample, IReadOnlyList<WordTiming> words)
    {
        FirstSample = firstSample;
        EndSample = endSample;
        Words = words;
    }

    /// <summary>The first sample of flite's audio to play.</summary>
    public int FirstSample { get; }

    /// <summary>One past the last sample to play.</summary>
    public int EndSample { get; }

    /// <summary>When words end, counted from <see cref="FirstSample"/>.</summary>
    public IReadOnlyList<WordTiming> Words { get; }

    public static FliteTimeline Read(nint utterance, FliteText text, int sampleRate)
    {
        fixed (byte* segmentRelation = "Segment"u8, tokenRelation = "Token"u8, name = "name"u8, end = "end"u8,
               lastPhone = "daughtern.R:SylStructure.daughtern.daughtern.R:Segment"u8)
        {
            double speechStart = 0, speechEnd = 0, previousEnd = 0;
            var spoken = false;
            for (var segment = Head(utterance, segmentRelation); segment != 0; segment = FliteNative.ItemNext(segment))
            {
                double segmentEnd = FliteNative.ItemFloat(segment, end);
                if (!IsPause(FliteNative.ItemString(segment, name)))
                {
                    if (!spoken)
                        speechStart = previousEnd;
                    spoken = true;
                    speechEnd = segmentEnd;
                }

                previousEnd = segmentEnd;
            }

            var origin = Math.Max(0, speechStart - LeadSeconds);
            var words = new List<WordTiming>();
            var cursor = 0;
            var wordEnd = speechStart;
            for (var token = Head(utterance, tokenRelation); token != 0; token = FliteNative.ItemNext(token))
            {
                var written = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(FliteNative.ItemString(token, name));
                var offset = text.Bytes.AsSpan(cursor).IndexOf(written);
                var phone = FliteNative.PathToItem(token, lastPhone);
                if (phone != 0)
                    wordEnd = Math.Max(wordEnd, FliteNative.ItemFloat(phone, end));
                if (offset < 0 || written.IsEmpty)
                    continue;

                cursor += offset + written.Length;
                if (phone != 0)
                    words.Add(new WordTiming(text.EndOf(cursor - 1), (int)Math.Round((wordEnd - origin) * 1000)));
            }

            return new FliteTimeline(
                (int)(origin * sampleRate), spoken ? (int)((speechEnd + TailSeconds) * sampleRate) : 0, words);
        }
    }

    private static nint Head(nint utterance, byte* relation)
    {
        var found = FliteNative.Relation(utterance, relation);
        return found == 0 ? 0 : FliteNative.RelationHead(found);
    }

    private static bool IsPause(byte* name) =>
        MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).SequenceEqual("pau"u8);
}
