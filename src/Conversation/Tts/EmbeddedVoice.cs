using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Native;
using Parley.Conversation.Tts.Espeak;
using Parley.Conversation.Tts.Flite;

namespace Parley.Conversation.Tts;

/// <summary>
/// The voice that needs no key: flite for English, espeak-ng for other languages. Where espeak-ng is missing or does not know the language, the
/// English voice reads the text, which is said once in the log; a text that it cannot read, in another script, fails.
/// </summary>
/// <param name="english">flite; may keep phrases.</param>
/// <param name="others">espeak-ng; may keep phrases.</param>
/// <param name="espeak">Tells what espeak-ng can speak.</param>
/// <param name="log">Where to say what is missing.</param>
internal sealed class EmbeddedVoice(ITextToSpeech english, ITextToSpeech others, EspeakTextToSpeech espeak, ILogger<EmbeddedVoice> log) : ITextToSpeech
{
    // What was said already: once a language, once a voice, once for the program.
    private readonly ConcurrentDictionary<string, bool> said = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
        SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (voice, suited) = IsEnglish(request.Language) ? (english, request) : await ChooseAsync(request, cancellationToken);
        await foreach (var chunk in voice.SynthesizeAsync(suited, cancellationToken))
            yield return chunk;
    }

    private async ValueTask<(ITextToSpeech Voice, SpeechRequest Request)> ChooseAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        EspeakVoices voices;
        try
        {
            voices = await espeak.VoicesAsync(cancellationToken);
        }
        catch (SpeechAssetException e)
        {
            if (said.TryAdd("", true))
                ConversationLog.VoiceMissing(log, request.Language, e.Message);
            return ReadInEnglish(request, e.Message);
        }

        if (voices.For(request.Language) is not { } natural)
        {
            if (said.TryAdd("language " + request.Language, true))
                ConversationLog.VoiceUnknownLanguage(log, request.Language);
            return ReadInEnglish(request, "espeak-ng does not speak " + request.Language);
        }

        if (request.Voice is not { Length: > 0 } wanted || voices.Has(wanted))
            return (others, request with { Voice = request.Voice is { Length: > 0 } ? request.Voice : natural });

        if (said.TryAdd("voice " + wanted, true))
            ConversationLog.VoiceUnknown(log, wanted, natural);
        return (others, request with { Voice = natural });
    }

    private (ITextToSpeech Voice, SpeechRequest Request) ReadInEnglish(SpeechRequest request, string why) =>
        FliteText.From(request.Text).HasWords || !EspeakText.HasWords(request.Text)
            ? (english, request with { Voice = null, Language = "en-US" })
            : throw new SpeechAssetException($"Nothing here can speak {request.Language}. {why}");

    private static bool IsEnglish(string language) =>
        language.Split('-')[0].Equals("en", StringComparison.OrdinalIgnoreCase) || language.Length == 0;
}
