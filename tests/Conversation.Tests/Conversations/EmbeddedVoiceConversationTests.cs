using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Tests.Tts;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Espeak;
using Parley.Conversation.Tts.Flite;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

/// <summary>What callers of tenants in other languages hear from the embedded voice: the real one.</summary>
public sealed class EmbeddedVoiceConversationTests : IDisposable
{
    private readonly FliteTextToSpeech flite = new();
    private readonly EspeakTextToSpeech espeak = new(TimeProvider.System);

    public void Dispose()
    {
        flite.Dispose();
        espeak.Dispose();
    }

    [Theory]
    [InlineData("es-MX")]
    [InlineData("ru-RU")]
    [InlineData("he-IL")]
    [InlineData("en-US")]
    public void The_holding_phrase_is_heard_in_the_tenants_language(string language)
    {
        EspeakInstalled.Require();
        using var call = Call(language, out var voice);
        call.Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromSeconds(5);
        call.Say("I want a table.");
        var from = call.Carrier.Played.Count;
        call.Wait(4500);

        // The only thing said until the agent answers; nothing of it was cut off at either end.
        var phrase = voice.Spoken.Last();
        phrase.ShouldBe(Phrases.Hold(language, 2));
        var sound = call.Carrier.Played.Skip(from).SkipWhile(IsSilent).Reverse().SkipWhile(IsSilent).ToList();
        (sound.Count / 8).ShouldBeInRange(phrase.Length * 20, phrase.Length * 140);
        sound.Count(code => !IsSilent(code)).ShouldBeGreaterThan(sound.Count / 4);
    }

    [Fact]
    public void Of_an_interrupted_reply_about_as_much_is_taken_for_heard_as_was_played()
    {
        const string Text = "Tenemos una mesa libre el viernes a las ocho de la tarde, y otra el sábado a las nueve de la noche.";
        EspeakInstalled.Require();
        using var call = Call("es-ES", out _);
        call.Agent.Answer = request => [new AgentEvent.Say(request.Trigger is AgentTrigger.CallStarted ? "Hola." : Text)];
        call.Start().UntilAgentDone();
        call.Say("una mesa por favor").UntilAgentSpeaks().Wait(2000).Say("No, otro día por favor.").UntilAgentSpeaks();

        var heard = call.Journal.Turns.Last(turn => turn.Speaker == Speaker.Agent);
        heard.Interrupted.ShouldBeTrue();
        Text.ShouldStartWith(heard.HeardText);

        // Two seconds, and up to 600 ms until the voice stopped, of some six.
        heard.HeardText.Length.ShouldBeInRange(Text.Length / 4, Text.Length * 2 / 3);
    }

    private CallRig Call(string language, out WaitingVoice voice)
    {
        voice = new WaitingVoice(new EmbeddedVoice(flite, espeak, espeak, NullLogger<EmbeddedVoice>.Instance));
        var call = new CallRig { RealVoice = voice };
        call.Tenant = call.Tenant with { Language = language };
        return call;
    }

    private static bool IsSilent(byte code) => Math.Abs((int)MuLaw.Decode(code)) <= 100;

    /// <summary>Waits for real programs and threads, so that on the call's manual clock no time passes meanwhile.</summary>
    private sealed class WaitingVoice(ITextToSpeech inner) : ITextToSpeech
    {
        public string Name => inner.Name;

        public List<string> Spoken { get; } = [];

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Spoken.Add(request.Text);
            var chunks = Task.Run(() => inner.SynthesizeAsync(request, CancellationToken.None).ToListAsync().AsTask(), CancellationToken.None)
                .GetAwaiter().GetResult();
            await Task.CompletedTask;
            foreach (var chunk in chunks)
                yield return chunk;
        }
    }
}
