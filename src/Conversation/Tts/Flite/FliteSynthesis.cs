using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Parley.Conversation.Frames;
using FliteNative = Parley.Conversation.Native.Flite;

namespace Parley.Conversation.Tts.Flite;

/// <summary>One clause on its way through flite: runs on the synthesis thread and writes chunks into a channel.</summary>
internal sealed unsafe class FliteSynthesis
{
    // The first piece is as short as flite makes them, for an early start; later ones save hops between threads.
    private const int FirstPieceSamples = 160;
    private const int LaterPieceSamples = 1600;
    private const int Continue = 0;
    private const int Stop = -1;

    private readonly Channel<SpeechChunk> channel = Channel.CreateUnbounded<SpeechChunk>();

    // C's random numbers are the process's: two synthesisers must not mix theirs.
    private static readonly Lock OneAtATime = new();

    private readonly FliteText text;
    private readonly string voice;
    private nint utterance;
    private FliteTimeline? timeline;
    private Exception? failure;
    private volatile bool abandoned;

    public FliteSynthesis(FliteText text, string voice)
    {
        this.text = text;
        this.voice = voice;
    }

    /// <summary>The chunks, completed when the clause is over.</summary>
    public ChannelReader<SpeechChunk> Chunks => channel.Reader;

    /// <summary>The listener has gone: flite stops at its next piece, and what is queued is returned to the pool.</summary>
    public void Abandon()
    {
        abandoned = true;
        channel.Writer.TryComplete();
        while (channel.Reader.TryRead(out var chunk))
            chunk.Audio?.Dispose();
    }

    /// <summary>Speaks the clause. Never throws: a failure completes the channel.</summary>
    public void Run()
    {
        try
        {
            lock (OneAtATime)
            {
                if (!abandoned)
                    Synthesize();
            }
        }
        catch (Exception exception)
        {
            // The synthesis thread serves every call and must outlive a bad clause.
            failure ??= exception;
        }

        channel.Writer.TryComplete(failure);
    }

    [UnmanagedCallersOnly]
    private static int OnAudio(FliteNative.Wave* wave, int start, int count, int last, FliteNative.StreamingInfo* info)
    {
        var self = (FliteSynthesis)GCHandle.FromIntPtr(info->UserData).Target!;
        try
        {
            info->MinimumSamples = LaterPieceSamples;
            return self.Take(wave, start, count) ? Continue : Stop;
        }
        catch (Exception exception)
        {
            // An exception must not cross native frames.
            self.failure = exception;
            return Stop;
        }
    }

    private void Synthesize()
    {
        var instance = FliteNative.LoadVoice(voice);

        // flite draws its noise from C's rand(): the same text shall give the same bytes.
        FliteNative.SeedRandom(1);
        var self = GCHandle.Alloc(this);
        try
        {
            utterance = FliteNative.NewUtterance();
            fixed (byte* bytes = text.Bytes)
                FliteNative.SetInputText(utterance, bytes);

            // Set on the utterance, not on the voice, which all clauses share. Deleting the utterance frees it.
            var info = FliteNative.NewStreamingInfo();
            info->MinimumSamples = FirstPieceSamples;
            info->Callback = &OnAudio;
            info->UserData = GCHandle.ToIntPtr(self);
            var features = *(nint*)utterance;
            FliteNative.SetFeature(features, StreamingInfoName, FliteNative.StreamingInfoValue(info));

            utterance = FliteNative.Synthesize(utterance, instance, FliteNative.SynthesisFromText);
            if (utterance == 0)
                throw new InvalidOperationException("flite could not speak the clause.");

            FliteNative.DeleteUtterance(utterance);
        }
        finally
        {
            self.Free();
        }
    }

    // Kept by reference in native code; literals lie in the program's image and never move.
    private static byte* StreamingInfoName => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("streaming_info"u8));

    private bool Take(FliteNative.Wave* wave, int start, int count)
    {
        if (abandoned)
            return false;

        IReadOnlyList<WordTiming>? words = null;
        if (timeline is null)
        {
            timeline = FliteTimeline.Read(utterance, text, wave->SampleRate);
            words = timeline.Words;
        }

        var from = Math.Max(start, timeline.FirstSample);
        var to = Math.Min(start + count, timeline.EndSample);
        AudioFrame? audio = null;
        if (to > from)
            audio = AudioFrame.Copy(wave->SampleRate, new ReadOnlySpan<short>(wave->Samples + from, to - from));
        if (audio is null && words is null)
            return start + count < timeline.EndSample;

        if (channel.Writer.TryWrite(new SpeechChunk(audio, words)))
            return true;

        audio?.Dispose();
        return false;
    }
}
