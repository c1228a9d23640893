using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Faults;
using Parley.Conversation.Providers;
using Parley.Conversation.Tts;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Providers;

/// <summary>Voices that fail in every way: the next one speaks.</summary>
public sealed class FallbackTextToSpeechTests : IDisposable
{
    private const string Text = "We open at seven.";
    private const string Long = Text + " " + Text + " " + Text;
    private readonly ChainParts parts = new();
    private readonly ScriptedVoice first;
    private readonly ScriptedVoice second;
    private readonly CallMeter call = new();

    public FallbackTextToSpeechTests()
    {
        first = new ScriptedVoice(parts.Clock) { ChunkDelay = TimeSpan.FromMilliseconds(50) };
        second = new ScriptedVoice(parts.Clock);
    }

    public void Dispose() => parts.Dispose();

    public static TheoryData<ProviderErrorKind> Kinds => [.. Enum.GetValues<ProviderErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_failure_before_the_first_sound_leads_to_the_next(ProviderErrorKind kind)
    {
        first.FailWith = ChainParts.Failure(kind);
        Speak(Chain()).ShouldBe(Text.Length * ScriptedVoice.MsPerChar);

        second.Spoken.ShouldBe([Text]);
        parts.Log[^1].ShouldContain($"tts: elevenlabs is left for embedded in this call. {kind}");
    }

    [Fact]
    public void One_that_does_not_begin_is_left_at_its_deadline_and_not_asked_again_in_this_call()
    {
        first.FirstChunkDelay = TimeSpan.FromSeconds(30);
        var voice = Chain();
        Speak(voice);
        parts.Clock.GetUtcNow().ShouldBe(new ChainParts().Clock.GetUtcNow() + TimeSpan.FromMilliseconds(800), TimeSpan.FromMilliseconds(20));
        Speak(voice);

        first.Spoken.Count.ShouldBe(1);
        second.Spoken.Count.ShouldBe(2);
        Speak(voice, new SpeechRequest(Text, null, "en-US", Meter: new CallMeter()));
        first.Spoken.Count.ShouldBe(2);
    }

    [Fact]
    public void One_that_gives_no_audio_at_all_is_left()
    {
        Speak(Chain(new MuteVoice())).ShouldBe(Text.Length * ScriptedVoice.MsPerChar);
    }

    [Fact]
    public void One_that_does_not_even_react_to_being_cancelled_is_left_behind()
    {
        Speak(Chain(new DeafVoice())).ShouldBe(Text.Length * ScriptedVoice.MsPerChar);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_fails_in_the_middle_ends_the_clause_and_the_next_has_the_rest(bool stalls)
    {
        ITextToSpeech broken = first;
        if (stalls)
            first.StallAfterChunks = 1;
        else
            broken = new FaultyTextToSpeech(first, FaultPlan.Parse("cut@#2"), parts.Clock);
        var voice = Chain(broken);

        Should.Throw<ProviderException>(() => Speak(voice)).Kind.ShouldBe(stalls ? ProviderErrorKind.Timeout : ProviderErrorKind.Disconnected);
        Speak(voice, Request("at seven."));
        second.Spoken.ShouldBe(["at seven."]);
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(550, true)]
    public void One_that_falls_behind_the_listener_is_left(int betweenMs, bool isLeft)
    {
        // Chunks of 300 ms: the second time they come slower than they are heard, though each within its deadline.
        first.ChunkDelay = TimeSpan.FromMilliseconds(betweenMs);
        var voice = Chain();
        if (!isLeft)
            Speak(voice, Request(Long)).ShouldBe(Long.Length * ScriptedVoice.MsPerChar);
        else
            Should.Throw<ProviderException>(() => Speak(voice, Request(Long))).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public void The_last_one_is_asked_again_however_often_it_fails()
    {
        first.FailWith = second.FailWith = ChainParts.Failure(ProviderErrorKind.Unavailable);
        second.Failures = 20;
        var voice = Chain();
        for (var i = 0; i < 20; i++)
            Should.Throw<ProviderException>(() => Speak(voice));

        Speak(voice).ShouldBe(Text.Length * ScriptedVoice.MsPerChar);
    }

    [Fact]
    public void A_caller_who_interrupts_is_no_failure()
    {
        first.FirstChunkDelay = TimeSpan.FromMilliseconds(500);
        var voice = Chain(out var chain);
        for (var i = 0; i < 10; i++)
        {
            using var interrupted = new CancellationTokenSource();
            Task<int> speaking = null!;
            parts.Thread.Run(() => speaking = SumAsync(voice, Request(Text), interrupted.Token));
            parts.Pass(100);
            parts.Thread.Run(interrupted.Cancel);
            parts.Pass(10);
            speaking.IsCanceled.ShouldBeTrue();
        }

        chain.For(null)[0].Gate.State.ShouldBe(BreakerState.Closed);
        chain.LeftBy(call).Value.ShouldBe(0);
        Speak(voice);
        second.Spoken.ShouldBeEmpty();
    }

    [Fact]
    public void Each_provider_is_given_its_own_voice()
    {
        var asked = new List<string?>();
        var voice = Chain(new AskedVoice(asked, fails: true), new AskedVoice(asked, fails: false));
        var choice = new ProviderChoice { Voices = new Dictionary<string, string> { ["elevenlabs"] = "Rachel" } };
        Speak(voice, new SpeechRequest(Text, "slt", "en-US", Providers: choice, Meter: call));

        asked.ShouldBe(["Rachel", "slt"]);
    }

    [Fact]
    public void Fixed_phrases_are_kept_by_the_voice_that_spoke_them()
    {
        var fixedPhrase = Request(Text) with { IsFixed = true };
        ITextToSpeech Kept(ITextToSpeech voice) => new PhraseCache(voice, Options.Create(new PhraseCacheOptions()), NullLogger<PhraseCache>.Instance, "settings");
        var voice = Chain(Kept(first), Kept(second));
        Speak(voice, fixedPhrase);
        Speak(voice, fixedPhrase);
        first.Spoken.Count.ShouldBe(1);

        // Another call, in which the first one has failed, has the phrase in the voice that it hears.
        var other = fixedPhrase with { Meter = new CallMeter() };
        first.FailWith = ChainParts.Failure(ProviderErrorKind.Unavailable);
        Speak(voice, other with { Text = "One moment." });
        Speak(voice, other);
        second.Spoken.ShouldBe(["One moment.", Text]);
    }

    [Fact]
    public void A_phrase_that_was_kept_does_not_pass_for_a_provider_that_is_back()
    {
        var fixedPhrase = Request(Text) with { IsFixed = true };
        var kept = new PhraseCache(first, Options.Create(new PhraseCacheOptions()), NullLogger<PhraseCache>.Instance);
        var voice = Chain(out var chain, kept, second);
        Speak(voice, fixedPhrase);
        first.FailWith = ChainParts.Failure(ProviderErrorKind.Unauthorized);
        Speak(voice);
        chain.For(null)[0].Gate.State.ShouldBe(BreakerState.Open);
        parts.Pass(300_000);
        Speak(voice, fixedPhrase with { Meter = new CallMeter() });

        chain.For(null)[0].Gate.State.ShouldBe(BreakerState.Open);
    }

    [Fact]
    public void A_slow_one_is_overtaken_by_the_next_which_stays_the_calls_voice()
    {
        var voice = Warmed(out var chain);
        first.FirstChunkDelay = TimeSpan.FromMilliseconds(600);
        var before = parts.Clock.GetUtcNow();
        Speak(voice);

        (parts.Clock.GetUtcNow() - before).TotalMilliseconds.ShouldBeLessThan(150);
        second.Spoken.ShouldBe([Text]);
        Speak(voice);
        second.Spoken.Count.ShouldBe(2);
        chain.For(null)[0].Gate.State.ShouldBe(BreakerState.Closed);
        parts.Log.ShouldBeEmpty();
        parts.Pass(2000);
        parts.Clock.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Hedges_keep_to_their_budget()
    {
        var voice = Warmed(out _);
        first.FirstChunkDelay = TimeSpan.FromMilliseconds(600);
        for (var i = 0; i < 180; i++)
            Speak(voice, Request(Text) with { Meter = new CallMeter() });

        // 20 requests before, 180 slow ones: a tenth, less when slow has become usual.
        second.Spoken.Count.ShouldBeInRange(2, 20);
    }

    private FallbackTextToSpeech Warmed(out ProviderChain<ITextToSpeech> chain)
    {
        parts.Options.Hedging.Speak = true;
        first.FirstChunkDelay = TimeSpan.FromMilliseconds(60);
        var voice = Chain(out chain);
        for (var i = 0; i < 20; i++)
            Speak(voice);
        second.Spoken.ShouldBeEmpty();
        return voice;
    }

    private SpeechRequest Request(string text) => new(text, null, "en-US", Meter: call);

    private FallbackTextToSpeech Chain(ITextToSpeech? one = null, ITextToSpeech? two = null) => Chain(out _, one, two);

    private FallbackTextToSpeech Chain(out ProviderChain<ITextToSpeech> chain, ITextToSpeech? one = null, ITextToSpeech? two = null)
    {
        chain = parts.Chain(Capability.Speak, ("elevenlabs", one ?? first), (ProviderNames.Embedded, two ?? second));
        return new FallbackTextToSpeech(chain);
    }

    private int Speak(ITextToSpeech voice, SpeechRequest? request = null) => parts.Run(() => SumAsync(voice, request ?? Request(Text), default));

    private static async Task<int> SumAsync(ITextToSpeech voice, SpeechRequest request, CancellationToken cancellationToken)
    {
        var ms = 0;
        await foreach (var chunk in voice.SynthesizeAsync(request, cancellationToken))
        {
            using var audio = chunk.Audio;
            ms += (int)(audio?.Duration.TotalMilliseconds ?? 0);
        }

        return ms;
    }

    private sealed class MuteVoice : ITextToSpeech
    {
        public string Name => "mute";

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            yield return new SpeechChunk(null, [new WordTiming(2, 100)]);
        }
    }

    private sealed class DeafVoice : ITextToSpeech
    {
        public string Name => "deaf";

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await new TaskCompletionSource().Task;
            yield break;
        }
    }

    private sealed class AskedVoice(List<string?> asked, bool fails) : ITextToSpeech
    {
        public string Name => "asked";

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            asked.Add(request.Voice);
            await Task.Yield();
            if (fails)
                throw ChainParts.Failure(ProviderErrorKind.Unavailable);
            yield return new SpeechChunk(Frames.AudioFrame.Copy(8000, new short[160]));
        }
    }
}
