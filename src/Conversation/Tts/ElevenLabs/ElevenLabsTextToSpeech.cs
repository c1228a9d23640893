using System.Buffers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>
/// ElevenLabs' voices as 8 kHz mu-law, which goes to the telephone as it comes: over HTTP, or over a WebSocket that also tells when each
/// word is spoken. Cancelling breaks the request off; characters that were accepted are billed nevertheless.
/// </summary>
public sealed partial class ElevenLabsTextToSpeech : ITextToSpeech, IPrewarmed, IAsyncDisposable
{
    /// <summary>The provider's name in configuration.</summary>
    public const string ProviderName = "elevenlabs";

    private const int MostErrorBytes = 16 * 1024;
    private const int PieceBytes = 4096;

    private readonly ElevenLabsOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<ElevenLabsTextToSpeech> logger;
    private readonly HttpClient http;
    private readonly VoiceSettings? settings;
    private readonly ElevenLabsSockets sockets;
    private long usedAt;

    /// <summary>A synthesiser with connections of its own.</summary>
    public ElevenLabsTextToSpeech(IOptions<ElevenLabsOptions> options, TimeProvider clock, ILogger<ElevenLabsTextToSpeech> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Value;
        this.clock = clock;
        this.logger = logger;
        settings = VoiceSettings.From(this.options);
        sockets = new ElevenLabsSockets(this.options, settings, clock);
        http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(this.options.ConnectTimeoutMs),
            MaxConnectionsPerServer = this.options.MostConnections,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
        })
        {
            // Each wait has a deadline of its own.
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = System.Net.HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <summary>WebSockets that wait for a clause.</summary>
    internal int Warm => sockets.Warm;

    /// <inheritdoc/>
    /// <exception cref="ProviderException">The synthesis was refused, broke off or did not go on.</exception>
    public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request.Text);

        // Words are needed by the provider as much as by the caller: blanks alone would end a WebSocket session.
        if (string.IsNullOrWhiteSpace(request.Text))
            return AsyncEnumerable.Empty<SpeechChunk>();
        return options.Transport == ElevenLabsTransport.WebSocket ? SpeakAsync(request, cancellationToken) : RequestAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
    {
        if (options.Transport == ElevenLabsTransport.WebSocket)
        {
            var model = ModelOf(call.Providers);
            await sockets.PrewarmAsync(VoiceOf(null, call.Providers), model, LanguageCode(call.Language, model), cancellationToken);
            return;
        }

        // A connection that was just used is still there.
        var used = Interlocked.Read(ref usedAt);
        if (used != 0 && clock.GetElapsedTime(used) < TimeSpan.FromSeconds(options.WarmSeconds))
            return;
        Interlocked.Exchange(ref usedAt, clock.GetTimestamp());
        try
        {
            // Any answer will do: what counts is the connection that it leaves behind. No key is needed for that.
            using var probe = new HttpRequestMessage(HttpMethod.Head, options.BaseUrl);
            using var answer = await WithDeadlineAsync(
                token => http.SendAsync(probe, HttpCompletionOption.ResponseHeadersRead, token), false, cancellationToken);
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException)
        {
            // The call's own first use tells.
        }
    }

    /// <summary>Closes all connections.</summary>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return sockets.DisposeAsync();
    }

    private async IAsyncEnumerable<SpeechChunk> RequestAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var model = ModelOf(request.Providers);
        var voice = VoiceOf(request.Voice, request.Providers);
        using var message = new HttpRequestMessage(
            HttpMethod.Post, $"{options.BaseUrl.AbsoluteUri.TrimEnd('/')}/v1/text-to-speech/{Uri.EscapeDataString(voice)}/stream?output_format=ulaw_8000");
        message.Headers.Add("xi-api-key", options.ApiKey);
        message.Content = JsonContent.Create(
            new SynthesisBody(request.Text, model, LanguageCode(request.Language, model), settings), ElevenLabsJson.Default.SynthesisBody);

        using var answer = await WithDeadlineAsync(
            token => http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token), false, cancellationToken);
        Interlocked.Exchange(ref usedAt, clock.GetTimestamp());
        if (!answer.IsSuccessStatusCode)
            throw await RefusedAsync(answer, cancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType is { } type && !type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase)
            && type != "application/octet-stream")
        {
            throw ElevenLabsErrors.Error(ProviderErrorKind.MalformedAnswer, $"{type} came in place of audio");
        }

        Count(request, model);
        LogAccepted(answer.Headers.TryGetValues("request-id", out var ids) ? ids.FirstOrDefault() : null, request.Text.Length);
        var slicer = new FrameSlicer();
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            while (await WithDeadlineAsync(token => body.ReadAsync(buffer, token).AsTask(), slicer.HasAudio, cancellationToken) is > 0 and var count)
            {
                if (slicer.Add(buffer.AsSpan(0, count)) is { } frames)
                    yield return new SpeechChunk(frames);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!slicer.HasAudio)
            throw ElevenLabsErrors.Error(ProviderErrorKind.MalformedAnswer, "the answer has no audio");
        if (slicer.Flush() is { } last)
            yield return new SpeechChunk(last);
    }

    private async IAsyncEnumerable<SpeechChunk> SpeakAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (socket, message) = await BeginAsync(request, cancellationToken);
        await using var _ = socket;
        var slicer = new FrameSlicer();
        var aligned = new AlignedWords(request.Text);
        var isFirst = true;
        for (; message is not null; message = await WithDeadlineAsync(socket.ReceiveAsync, slicer.HasAudio, cancellationToken))
        {
            if (isFirst && message.Alignment is { } alignment)
                aligned.Add(alignment, slicer.TotalMs);
            if (message.Audio is not { Length: > 0 } || slicer.Add(ElevenLabsSocket.Decode(message.Audio)) is not { } frames)
                continue;
            yield return new SpeechChunk(frames, isFirst ? aligned.Complete() : null);
            isFirst = false;
        }

        if (!slicer.HasAudio)
            throw ElevenLabsErrors.Error(ProviderErrorKind.MalformedAnswer, "the answer has no audio");
        if (slicer.Flush() is { } last)
            yield return new SpeechChunk(last, isFirst ? aligned.Complete() : null);
    }

    /// <summary>
    /// A session that took the text, and the first that it says. One that waited for its clause may have been closed meanwhile, which nobody noticed: a new
    /// one is opened then, once.
    /// </summary>
    private async Task<(ElevenLabsSocket Socket, AudioMessage? First)> BeginAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        var model = ModelOf(request.Providers);
        var voice = VoiceOf(request.Voice, request.Providers);
        var language = LanguageCode(request.Language, model);
        var isCounted = false;
        var socket = sockets.Take(voice, model, language);
        for (var hasWaited = socket is not null; ; hasWaited = false)
        {
            socket ??= await sockets.OpenAsync(voice, model, language, cancellationToken);
            try
            {
                if (await WithDeadlineAsync(token => socket.SayAsync(request.Text, token), false, cancellationToken) && !isCounted)
                {
                    Count(request, model);
                    isCounted = true;
                }

                return (socket, await WithDeadlineAsync(socket.ReceiveAsync, false, cancellationToken));
            }
            catch (ProviderException e) when (hasWaited && e.Kind == ProviderErrorKind.Disconnected)
            {
                await socket.DisposeAsync();
                socket = null;
            }
            catch (Exception)
            {
                await socket.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Waits for the provider, not for ever; its exceptions become ours.</summary>
    private async Task<T> WithDeadlineAsync<T>(Func<CancellationToken, Task<T>> wait, bool hadAudio, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.IdleTimeoutMs), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await wait(either.Token);
        }
        catch (ProviderException)
        {
            throw;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException || late.IsCancellationRequested)
        {
            throw ElevenLabsErrors.Error(
                ProviderErrorKind.Timeout, hadAudio ? $"no more audio within {options.IdleTimeoutMs} ms" : $"no answer within {options.IdleTimeoutMs} ms", inner: e);
        }
        catch (Exception e) when (ConnectionFailure.IsConnection(e))
        {
            throw ElevenLabsErrors.OfConnection(e, hadAudio);
        }
    }

    private async Task<ProviderException> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var retryAfter = ConnectionFailure.RetryAfter(
            answer.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null, clock.GetUtcNow());
        var body = ArrayPool<byte>.Shared.Rent(MostErrorBytes);
        try
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var length = await WithDeadlineAsync(
                token => stream.ReadAtLeastAsync(body.AsMemory(0, MostErrorBytes), MostErrorBytes, throwOnEndOfStream: false, token).AsTask(),
                false, cancellationToken);
            return ElevenLabsErrors.OfHttp((int)answer.StatusCode, body.AsSpan(0, length), retryAfter);
        }
        catch (ProviderException)
        {
            // The status alone says enough.
            return ElevenLabsErrors.OfHttp((int)answer.StatusCode, [], retryAfter);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    // Counted when the text was accepted: that is what is billed, whether it is heard or not.
    private static void Count(in SpeechRequest request, string model)
    {
        request.Meter?.Add(Capability.Speak, ProviderName, model, UsageUnit.Characters, request.Text.Length);
        request.Meter?.Add(Capability.Speak, ProviderName, model, UsageUnit.Requests, 1);
    }

    private string ModelOf(ProviderChoice? choice) =>
        choice?.Models.TryGetValue(ProviderName, out var model) == true && model.Length > 0 ? model : options.Model;

    // A request's voice is often the name of another provider's; only what looks like an id of ours is taken for one.
    private string VoiceOf(string? requested, ProviderChoice? choice)
    {
        if (choice?.Voices.TryGetValue(ProviderName, out var chosen) == true && chosen.Length > 0)
            return chosen;
        return requested is { Length: 20 } && requested.All(char.IsAsciiLetterOrDigit) ? requested : options.Voice;
    }

    // Only the 2.5 models take a language (ISO 639-1); the others refuse it and find out by themselves.
    private static string? LanguageCode(string language, string model) =>
        model.Contains("v2_5", StringComparison.Ordinal) && language.Length >= 2 ? language.Split('-')[0].ToLowerInvariant() : null;

    [LoggerMessage(4401, LogLevel.Debug, "ElevenLabs speaks {Chars} characters, request {RequestId}")]
    private partial void LogAccepted(string? requestId, int chars);
}
