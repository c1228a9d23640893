using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>
/// Sessions for clauses: a new one for each, since ElevenLabs ends a session with its text. While one clause is spoken the session of the next
/// is opened, so that only a call's first clause can wait for a connection, and not even that one when the telephone rang long enough.
/// </summary>
internal sealed class ElevenLabsSockets(ElevenLabsOptions options, VoiceSettings? settings, TimeProvider clock) : IAsyncDisposable
{
    private readonly WarmConnections<ElevenLabsSocket> warm = new(options.MostConnections, TimeSpan.FromSeconds(options.WarmSeconds), clock);
    private readonly CancellationTokenSource closing = new();
    private int disposed;

    /// <summary>Sessions that wait for a clause.</summary>
    public int Warm => warm.Count;

    /// <summary>Opens a session: voice, model and language are part of its address.</summary>
    public Task PrewarmAsync(string voice, string model, string? languageCode, CancellationToken cancellationToken) =>
        OpenNextAsync(Address(voice, model, languageCode), cancellationToken);

    /// <summary>A session that waits for a clause, if any does; another one is opened for the clause after it.</summary>
    public ElevenLabsSocket? Take(string voice, string model, string? languageCode)
    {
        var address = Address(voice, model, languageCode);
        var socket = warm.TryTake(address.AbsoluteUri);
        if (socket is not null)
            _ = OpenNextAsync(address, closing.Token);
        return socket;
    }

    /// <summary>A new session for a clause, and another one in the background for the clause after it.</summary>
    public async Task<ElevenLabsSocket> OpenAsync(string voice, string model, string? languageCode, CancellationToken cancellationToken)
    {
        var address = Address(voice, model, languageCode);
        var socket = await ElevenLabsSocket.OpenAsync(address, options, settings, clock, cancellationToken);
        _ = OpenNextAsync(address, closing.Token);
        return socket;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A container that knows it under two keys disposes it twice.
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await closing.CancelAsync();
        await warm.DisposeAsync();
        closing.Dispose();
    }

    private Task OpenNextAsync(Uri address, CancellationToken cancellationToken) => warm.OpenAsync(
        address.AbsoluteUri, token => ElevenLabsSocket.OpenAsync(address, options, settings, clock, token), cancellationToken);

    private Uri Address(string voice, string model, string? languageCode)
    {
        var scheme = options.BaseUrl.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        var query = $"model_id={Uri.EscapeDataString(model)}&output_format=ulaw_8000&auto_mode=true&inactivity_timeout=20"
            + (languageCode is null ? "" : "&language_code=" + Uri.EscapeDataString(languageCode));
        return new UriBuilder(options.BaseUrl)
        {
            Scheme = scheme,
            Path = $"{options.BaseUrl.AbsolutePath.TrimEnd('/')}/v1/text-to-speech/{Uri.EscapeDataString(voice)}/stream-input",
            Query = query,
        }.Uri;
    }
}
