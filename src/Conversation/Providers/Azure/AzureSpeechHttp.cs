namespace Parley.Conversation.Providers.Azure;

/// <summary>The HTTP client of synthesis and tokens: bounded connections, closed when idle.</summary>
internal static class AzureSpeechHttp
{
    // A clause lasts about as long as its request; more at a time than this is beyond a gateway's calls.
    private const int MostConnections = 256;

    public static HttpClient Create(AzureSpeechOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(options.IdleSeconds),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxConnectionsPerServer = MostConnections,
            AllowAutoRedirect = false,
        };

        // Deadlines are each request's own. The service wants an agent's name of under 255 characters.
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Parley/1.0");
        return client;
    }
}
