using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Tts.OpenAi;

/// <summary>
/// OpenAI's voices: 16-bit PCM at 24 kHz, given on as it comes. (<c>POST /audio/speech</c> with <c>response_format: pcm</c>; the library's own method
/// would gather the whole clause.)
/// </summary>
internal sealed class OpenAiTextToSpeech(OpenAiConnection connection) : ITextToSpeech, IPrewarmed
{
    /// <summary>Longest text the API takes.</summary>
    public const int MostChars = 4096;

    private const int SampleRate = 24_000;
    private const long MostBytes = 128 * 1024 * 1024;

    // 200 ms: reads return what has come, this is only the most.
    private const int ReadBytes = SampleRate / 5 * sizeof(short);

    private static readonly AudioFormat Format = new(AudioEncoding.Pcm16, SampleRate);

    // A name of another provider's voice would be refused.
    private static readonly HashSet<string> Voices = new(StringComparer.OrdinalIgnoreCase)
    {
        "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
    };

    /// <inheritdoc/>
    public string Name => connection.Name;

    /// <inheritdoc/>
    public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken) => connection.PrewarmAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Text))
            yield break;
        if (request.Text.Length > MostChars)
            throw connection.Errors.Make(ProviderErrorKind.BadRequest, $"A clause has {request.Text.Length} characters; {MostChars} are the most.");

        var model = connection.Model(request.Providers, connection.Options.SpeechModel);
        var answer = await Guarded(() => new ValueTask<PipelineResponse>(AskAsync(model, request, cancellationToken)), cancellationToken);
        using (answer)
        {
            ThrowIfNotAudio(answer);
            request.Meter?.Add(Capability.Speak, Name, model, UsageUnit.Requests, 1);
            request.Meter?.Add(Capability.Speak, Name, model, UsageUnit.Characters, request.Text.Length);
            var audio = answer.ContentStream!;
            var bytes = new byte[ReadBytes];
            var (kept, total) = (0, 0L);
            // A voice that loses its way may go on for minutes.
            var most = (10 + (request.Text.Length / 2L)) * Format.BytesPerSecond;
            while (await Guarded(() => audio.ReadAsync(bytes.AsMemory(kept), cancellationToken), cancellationToken) is var read and > 0)
            {
                total += read;
                if (total > most)
                    throw connection.Errors.Make(ProviderErrorKind.TooLarge, $"{request.Text.Length} characters are not spoken in {most / Format.BytesPerSecond} s.");
                var there = kept + read;
                var whole = there & ~1;
                if (whole > 0)
                    yield return new SpeechChunk(AudioFrame.Copy(Format, bytes.AsSpan(0, whole)));
                // A sample may be split between two pieces.
                kept = there - whole;
                if (kept == 1)
                    bytes[0] = bytes[whole];
            }

            if (total < sizeof(short))
                throw connection.Errors.Make(ProviderErrorKind.MalformedAnswer, "The answer holds no audio.");
        }
    }

    private async Task<PipelineResponse> AskAsync(string model, SpeechRequest request, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["input"] = request.Text,
            ["voice"] = Voice(request),
            ["response_format"] = "pcm",
        };
        // The first models take none.
        if (!model.StartsWith("tts-1", StringComparison.Ordinal))
            body["instructions"] = connection.Options.SpeechInstructions ?? Instructions(request.Language);
        var options = new RequestOptions { BufferResponse = false, CancellationToken = cancellationToken };
        using var content = BinaryContent.Create(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(body)));
        var result = await connection.Client(MostBytes).GetAudioClient(model).GenerateSpeechAsync(content, options);
        return result.GetRawResponse();
    }

    private string Voice(in SpeechRequest request) =>
        request.Providers is { } choice && choice.Voices.TryGetValue(Name, out var chosen) && chosen.Length > 0 ? chosen
        : request.Voice is { } voice && Voices.Contains(voice) ? voice.ToLowerInvariant()
        : connection.Options.Voice;

    private static string Instructions(string language)
    {
        const string Manner = "Speak as a friendly receptionist on the telephone: clearly, calmly, at a natural pace.";
        try
        {
            return language.Length == 0 ? Manner : $"{Manner} The language is {CultureInfo.GetCultureInfo(language).EnglishName}.";
        }
        catch (CultureNotFoundException)
        {
            return Manner;
        }
    }

    private void ThrowIfNotAudio(PipelineResponse answer)
    {
        if (answer.ContentStream is null)
            throw connection.Errors.Make(ProviderErrorKind.MalformedAnswer, "The answer is empty.");
        if (answer.Headers.TryGetValue("content-type", out var type) && type is not null
            && (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)))
        {
            throw connection.Errors.Make(ProviderErrorKind.MalformedAnswer, "The answer is text, not audio.");
        }
    }

    private async ValueTask<T> Guarded<T>(Func<ValueTask<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (Exception failure)
        {
            var known = connection.Errors.From(failure, cancellationToken);
            if (known == failure)
                throw;
            throw known;
        }
    }
}
