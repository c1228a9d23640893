using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Tts.Azure;

/// <summary>
/// Azure Speech's voices over its REST interface: one request a clause, mu-law at 8 kHz passed on as it arrives. Connections are kept open between
/// clauses and closed when idle.
/// </summary>
public sealed class AzureTextToSpeech : ITextToSpeech, IPrewarmed, IDisposable
{
    private const string OutputFormat = "raw-8khz-8bit-mono-mulaw";
    private const int ReadBytes = 4096;

    private readonly AzureSpeechOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<AzureTextToSpeech> log;
    private readonly HttpClient http;
    private readonly AzureSpeechCredential credential;
    private readonly Uri address;

    /// <summary>Makes one; nothing is connected before the first use.</summary>
    public AzureTextToSpeech(IOptions<AzureSpeechOptions> options, TimeProvider clock, ILogger<AzureTextToSpeech> log)
    {
        this.options = options.Value;
        this.clock = clock;
        this.log = log;
        http = AzureSpeechHttp.Create(this.options);
        credential = new AzureSpeechCredential(this.options, http, clock);
        address = AzureSpeechEndpoints.Of(this.options).Synthesis;
    }

    /// <inheritdoc/>
    public string Name => AzureSpeechOptions.Name;

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
        SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(AzureSsml.Clean(request.Text)))
            yield break;

        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMilliseconds(options.FirstSoundMs));
        using var response = await AskAsync(request, either.Token, cancellationToken);
        request.Meter?.Add(Capability.Speak, Name, null, UsageUnit.Characters, request.Text.EnumerateRunes().Count());

        await using var audio = await OpenAsync(response, either.Token, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        var trimmer = new LeadInTrimmer();
        long bytes = 0;
        try
        {
            while (await ReadAsync(audio, buffer, either.Token, cancellationToken) is var count and > 0)
            {
                deadline.CancelAfter(TimeSpan.FromMilliseconds(options.StallMs));
                bytes += count;
                if (bytes > options.MaxClauseSeconds * (long)AudioFormat.Telephone.BytesPerSecond)
                    throw AzureSpeechErrors.Make(ProviderErrorKind.TooLarge, $"a clause of more than {options.MaxClauseSeconds} s");
                if (Trim(trimmer, buffer.AsSpan(0, count)) is { } frame)
                    yield return new SpeechChunk(frame);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (bytes == 0)
            throw AzureSpeechErrors.Make(ProviderErrorKind.MalformedAnswer, "an answer without audio");
    }

    /// <inheritdoc/>
    public async Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
    {
        try
        {
            // Opens TCP and TLS (and fetches a token); the service refuses the method, which costs nothing.
            using var probe = new HttpRequestMessage(HttpMethod.Head, address);
            var (name, value) = await credential.HeaderAsync(cancellationToken);
            probe.Headers.TryAddWithoutValidation(name, value);
            using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            using var response = await http.SendAsync(probe, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode is HttpStatusCode.Unauthorized)
                AzureSpeechLog.NotPrewarmed(log, ProviderErrorKind.Unauthorized, "the key or token was refused");
        }
        catch (Exception e) when (e is ProviderException or HttpRequestException or IOException or OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                var error = AzureSpeechErrors.FromException(e);
                AzureSpeechLog.NotPrewarmed(log, error.Kind, error.Message);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        credential.Dispose();
        http.Dispose();
    }

    private static AudioFrame? Trim(LeadInTrimmer trimmer, ReadOnlySpan<byte> chunk)
    {
        var sound = trimmer.Take(chunk, out var leadIn);
        if (sound.IsEmpty)
            return null;

        var frame = AudioFrame.Rent(AudioFormat.Telephone, leadIn.Length + sound.Length);
        leadIn.CopyTo(frame.Bytes);
        sound.CopyTo(frame.Bytes[leadIn.Length..]);
        return frame;
    }

    private async Task<HttpResponseMessage> AskAsync(SpeechRequest request, CancellationToken token, CancellationToken callers)
    {
        var voice = AzureVoices.For(request, options);
        var language = request.Language.Length > 0 ? request.Language : options.Language;
        try
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(AzureSsml.Write(request.Text, voice, language, options.RatePercent), Encoding.UTF8),
            };
            post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/ssml+xml");
            var (name, value) = await credential.HeaderAsync(token);
            post.Headers.TryAddWithoutValidation(name, value);
            post.Headers.TryAddWithoutValidation("X-Microsoft-OutputFormat", OutputFormat);
            var response = await http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, token);
            if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType is not ("application/json" or "text/html" or "text/plain"))
                return response;

            using (response)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized)
                    credential.Invalidate();
                throw await AzureSpeechErrors.FromResponseAsync(response, credential.UsesToken, clock.GetUtcNow(), token);
            }
        }
        catch (Exception e) when (!callers.IsCancellationRequested && e is not ProviderException)
        {
            throw AzureSpeechErrors.FromException(e);
        }
    }

    private static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken token, CancellationToken callers)
    {
        try
        {
            return await response.Content.ReadAsStreamAsync(token);
        }
        catch (Exception e) when (!callers.IsCancellationRequested)
        {
            throw AzureSpeechErrors.FromException(e);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream audio, byte[] buffer, CancellationToken token, CancellationToken callers)
    {
        try
        {
            return await audio.ReadAsync(buffer.AsMemory(0, ReadBytes), token);
        }
        catch (Exception e) when (!callers.IsCancellationRequested)
        {
            throw AzureSpeechErrors.FromException(e);
        }
    }
}
