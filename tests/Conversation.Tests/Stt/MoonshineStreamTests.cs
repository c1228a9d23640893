using System.Collections.Concurrent;
using Parley.Conversation.Native;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tests.Native;

namespace Parley.Conversation.Tests.Stt;

/// <summary>The stream's bookkeeping, with an engine that answers with the length of what it hears and can be held up.</summary>
public sealed class MoonshineStreamTests : IDisposable
{
    private static readonly SpeechToTextOptions English = new("en-US", []);
    private readonly BlockingCollection<TranscriptEvent> events = [];
    private readonly ManualResetEventSlim free = new(initialState: true);
    private readonly SemaphoreSlim entered = new(0);
    private MoonshineSpeechToText? recogniser;

    public void Dispose()
    {
        free.Set();
        recogniser?.Dispose();
        events.Dispose();
        free.Dispose();
        entered.Dispose();
    }

    [Fact]
    public void A_request_is_answered_with_its_number_and_all_audio_since_the_commit()
    {
        var stream = Open();
        stream.Write(Second());
        stream.Write(Second());
        stream.RequestFinal(7);
        Next().ShouldBe(new TranscriptEvent("2000ms", true, 7));
        stream.Write(Second());
        stream.RequestFinal(8);
        Next().ShouldBe(new TranscriptEvent("3000ms", true, 8));
        stream.Commit();
        stream.Write(Second());
        stream.RequestFinal(9);
        Next().ShouldBe(new TranscriptEvent("1000ms", true, 9));
    }

    [Fact]
    public void A_request_without_audio_is_answered_empty()
    {
        var stream = Open();
        stream.RequestFinal(1);
        Next().ShouldBe(new TranscriptEvent("", true, 1));
    }

    [Fact]
    public void A_newer_request_replaces_one_that_waits()
    {
        var stream = Open();
        HoldUp(stream);
        stream.Write(Second());
        stream.RequestFinal(2);
        stream.Write(Second());
        stream.RequestFinal(3);
        free.Set();
        Next().Request.ShouldBe(1);
        Next().ShouldBe(new TranscriptEvent("3000ms", true, 3));
        NoMore();
    }

    [Fact]
    public void A_request_made_before_a_commit_is_answered_after_it_without_later_audio()
    {
        var stream = Open();
        HoldUp(stream);
        stream.Write(Second());
        stream.RequestFinal(2);
        stream.Commit();
        stream.Write(Second());
        stream.RequestFinal(3);
        free.Set();
        Next().Request.ShouldBe(1);
        Next().ShouldBe(new TranscriptEvent("2000ms", true, 2));
        Next().ShouldBe(new TranscriptEvent("1000ms", true, 3));
    }

    [Fact]
    public async Task Nothing_is_posted_once_the_stream_is_closed()
    {
        var stream = Open();
        HoldUp(stream);
        stream.Write(Second());
        stream.RequestFinal(2);
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        free.Set();
        recogniser!.Dispose();
        events.ShouldBeEmpty();
        Should.Throw<ObjectDisposedException>(() => stream.Write(Second()));
        Should.Throw<ObjectDisposedException>(() => stream.RequestFinal(3));
        Should.Throw<ObjectDisposedException>(stream.Commit);
    }

    [Fact]
    public void Only_the_last_half_minute_is_kept()
    {
        var stream = Open();
        for (var i = 0; i < 45; i++)
            stream.Write(Second());
        stream.RequestFinal(1);
        Total(Next().Text).ShouldBeInRange(29_000, 30_000);

        stream.Commit();
        stream.Write(TestSpeech.Noise(100 * 8000, -20));
        stream.RequestFinal(2);
        Total(Next().Text).ShouldBe(30_000);
    }

    [Fact]
    public void Guesses_come_while_the_caller_speaks_and_grow()
    {
        var texts = new Queue<string>(["I would", "I would like", "I would like to eat"]);
        var stream = Open(interim: true, answer: _ => texts.Dequeue());
        for (var i = 0; i < 3; i++)
        {
            stream.Write(TestSpeech.Noise(MoonshineStream.InterimEverySamples, -20));
            entered.Wait(TestContext.Current.CancellationToken);
            if (i > 0)
                Next().ShouldBe(new TranscriptEvent(i == 1 ? "I would" : "I would like", false, -1));
            Settle();
        }
    }

    [Fact]
    public void A_guess_that_a_commit_overtook_is_dropped()
    {
        var stream = Open(interim: true, answer: _ => "same words");
        stream.Write(TestSpeech.Noise(MoonshineStream.InterimEverySamples, -20));
        entered.Wait(TestContext.Current.CancellationToken);
        Settle();
        free.Reset();
        stream.Write(TestSpeech.Noise(MoonshineStream.InterimEverySamples, -20));
        entered.Wait(TestContext.Current.CancellationToken);
        stream.Commit();
        free.Set();
        recogniser!.Dispose();
        events.ShouldBeEmpty();
    }

    [Fact]
    public void No_guesses_are_made_when_they_are_off()
    {
        var stream = Open();
        stream.Write(TestSpeech.Noise(80000, -20));
        recogniser!.Dispose();
        entered.CurrentCount.ShouldBe(0);
    }

    [Fact]
    public void An_engine_that_fails_is_an_answer_and_the_next_request_works()
    {
        var failures = 1;
        var stream = Open(answer: samples => failures-- > 0 ? throw new InvalidOperationException("broken") : Milliseconds(samples));
        stream.Write(Second());
        stream.RequestFinal(1);
        Next().ShouldBe(new TranscriptEvent("", true, 1, "broken"));
        stream.RequestFinal(2);
        Next().ShouldBe(new TranscriptEvent("1000ms", true, 2));
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_fails_each_request_and_the_warm_up()
    {
        recogniser = new MoonshineSpeechToText(() => throw new SpeechAssetException("gone"), new SpeechOptions());
        await using var stream = recogniser.Open(English, events.Add);
        stream.Write(Second());
        stream.RequestFinal(1);
        Next().ShouldBe(new TranscriptEvent("", true, 1, "gone"));
        (await Should.ThrowAsync<SpeechAssetException>(async () => await recogniser.WarmUpAsync())).Message.ShouldBe("gone");
    }

    private static short[] Second() => TestSpeech.Noise(8000, -20);

    // What the engine heard, less the 100 ms of margin at each end.
    private static string Milliseconds(float[] samples) => $"{(samples.Length / 16) - 200}ms";

    private static int Total(string text) => text.Split(' ').Sum(part => int.Parse(part[..^2], System.Globalization.CultureInfo.InvariantCulture));

    private ISpeechToTextStream Open(bool interim = false, Func<float[], string>? answer = null)
    {
        answer ??= Milliseconds;
        recogniser = new MoonshineSpeechToText(
            () => samples =>
            {
                entered.Release();
                var copy = samples.ToArray();
                free.Wait();
                return answer(copy);
            },
            new SpeechOptions { RecognitionThreads = 1, InterimResults = interim });
        return recogniser.Open(English, events.Add);
    }

    /// <summary>Occupies the only recognition thread with request 1 over a second of audio.</summary>
    private void HoldUp(ISpeechToTextStream stream)
    {
        free.Reset();
        stream.Write(Second());
        stream.RequestFinal(1);
        entered.Wait(TestContext.Current.CancellationToken);
    }

    private TranscriptEvent Next() => events.Take(TestContext.Current.CancellationToken);

    /// <summary>Returns when the recognition thread has finished what it was given, told by a second stream's answer.</summary>
    private void Settle()
    {
        using var done = new ManualResetEventSlim();
        var other = recogniser!.Open(English, _ => done.Set());
        other.RequestFinal(0);
        done.Wait(TestContext.Current.CancellationToken);
    }

    private void NoMore()
    {
        recogniser!.Dispose();
        events.ShouldBeEmpty();
    }
}
