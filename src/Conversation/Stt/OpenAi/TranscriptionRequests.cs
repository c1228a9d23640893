#pragma warning disable OPENAI001 // Streamed transcription is marked as experimental in the library; the HTTP API it calls is not.

using System.Runtime.InteropServices;
using OpenAI.Audio;
using Parley.Conversation.Audio;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Stt.OpenAi;

/// <summary>Has audio of one call transcribed.</summary>
internal sealed class TranscriptionRequests
{
    private const int SampleRate = 8000;
    private const long MostBytes = 1024 * 1024;
    private const int MostTextChars = 20_000;

    // The model reads at most 224 tokens of a prompt.
    private const int MostPromptChars = 600;

    private readonly OpenAiConnection connection;
    private readonly string model;
    private readonly CallMeter? meter;
    private readonly string? language;
    private readonly string? prompt;

    public TranscriptionRequests(OpenAiConnection connection, SpeechToTextOptions options)
    {
        this.connection = connection;
        model = connection.Model(options.Providers, connection.Options.TranscriptionModel);
        meter = options.Meter;
        language = Iso639(options.Language);
        prompt = Prompt(options.Hints);
    }

    /// <summary>Transcribes 8 kHz samples; <paramref name="guess"/> is given what is known so far while the text comes.</summary>
    public async Task<string> TranscribeAsync(short[] samples, int count, Action<string> guess, CancellationToken cancellationToken)
    {
        try
        {
            using var wav = Wav(samples.AsSpan(0, count));
            var audio = connection.Client(MostBytes).GetAudioClient(model);
            meter?.Add(Capability.Recognise, connection.Name, model, UsageUnit.Requests, 1);
            var text = model.StartsWith("whisper", StringComparison.Ordinal)
                ? await WholeAsync(audio, wav, cancellationToken)
                : await StreamedAsync(audio, wav, guess, cancellationToken);
            meter?.Add(Capability.Recognise, connection.Name, model, UsageUnit.AudioMs, count * 1000L / SampleRate);
            return text.Trim();
        }
        catch (Exception failure)
        {
            var known = connection.Errors.From(failure, cancellationToken);
            if (known == failure)
                throw;
            throw known;
        }
    }

    private async Task<string> WholeAsync(AudioClient audio, MemoryStream wav, CancellationToken cancellationToken)
    {
        AudioTranscription answer = await audio.TranscribeAudioAsync(wav, "utterance.wav", Options(), cancellationToken);
        return Bounded(answer.Text ?? throw connection.Errors.Make(ProviderErrorKind.MalformedAnswer, "The answer holds no text."));
    }

    private async Task<string> StreamedAsync(AudioClient audio, MemoryStream wav, Action<string> guess, CancellationToken cancellationToken)
    {
        var heard = "";
        await using var updates = await audio.TranscribeAudioStreamingAsync(wav, "utterance.wav", Options(), cancellationToken);
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            switch (update)
            {
                case StreamingAudioTranscriptionTextDeltaUpdate delta:
                    heard = Bounded(heard + delta.Delta);
                    guess(heard);
                    break;
                case StreamingAudioTranscriptionTextDoneUpdate done:
                    Count(done);
                    return Bounded(done.Text);
            }
        }

        throw heard.Length > 0
            ? connection.Errors.Make(ProviderErrorKind.Disconnected, "The stream ended before the text did.")
            : connection.Errors.Make(ProviderErrorKind.MalformedAnswer, "The answer is not a stream of text.");
    }

    private void Count(StreamingAudioTranscriptionTextDoneUpdate done)
    {
        if (done.Usage is not { } usage)
            return;
        meter?.Add(Capability.Recognise, connection.Name, model, UsageUnit.InputTokens, usage.InputTokenCount);
        meter?.Add(Capability.Recognise, connection.Name, model, UsageUnit.OutputTokens, usage.OutputTokenCount);
    }

    private AudioTranscriptionOptions Options() => new() { Language = language, Prompt = prompt, ResponseFormat = AudioTranscriptionFormat.Simple };

    private string Bounded(string text) => text.Length <= MostTextChars
        ? text
        : throw connection.Errors.Make(ProviderErrorKind.TooLarge, $"More than {MostTextChars} characters of text.");

    // The API takes the telephone's own 8 kHz: more would only be more to send.
    private static MemoryStream Wav(ReadOnlySpan<short> samples)
    {
        var wav = new byte[WavFormat.HeaderBytes + (samples.Length * sizeof(short))];
        WavFormat.WriteHeader(wav, SampleRate, channels: 1, (uint)(samples.Length * sizeof(short)));
        MemoryMarshal.AsBytes(samples).CopyTo(wav.AsSpan(WavFormat.HeaderBytes));
        return new MemoryStream(wav, writable: false);
    }

    // ISO 639 code of a BCP 47 tag; the old codes of Hebrew, Indonesian and Yiddish as they are now.
    private static string? Iso639(string tag) => tag.Split('-')[0].ToLowerInvariant() switch
    {
        "" => null,
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        var code => code,
    };

    private static string? Prompt(IReadOnlyList<string> hints)
    {
        var prompt = "";
        foreach (var hint in hints.Where(static hint => hint.Length > 0).Distinct())
        {
            if (prompt.Length + hint.Length + 2 > MostPromptChars)
                break;
            prompt += prompt.Length == 0 ? hint : ", " + hint;
        }

        return prompt.Length == 0 ? null : prompt;
    }
}
