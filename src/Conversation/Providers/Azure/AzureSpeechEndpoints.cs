namespace Parley.Conversation.Providers.Azure;

/// <summary>The addresses of the service, for a region, a custom domain or a container.</summary>
internal sealed class AzureSpeechEndpoints
{
    private AzureSpeechEndpoints(Uri recognition, Uri synthesis, Uri token)
    {
        Recognition = recognition;
        Synthesis = synthesis;
        Token = token;
    }

    /// <summary>WebSocket of continuous recognition, without its query.</summary>
    public Uri Recognition { get; }

    /// <summary>Where SSML is posted.</summary>
    public Uri Synthesis { get; }

    /// <summary>Where a key becomes a token.</summary>
    public Uri Token { get; }

    public static AzureSpeechEndpoints Of(AzureSpeechOptions options)
    {
        const string Recognise = "speech/recognition/conversation/cognitiveservices/v1";
        const string Speak = "cognitiveservices/v1";
        const string Issue = "sts/v1.0/issueToken";
        if (options.Endpoint is { } own)
        {
            // A custom domain serves every capability at one host, each under its own prefix; a container has the bare paths.
            var isDomain = own.Host.Contains(".cognitiveservices.azure.", StringComparison.OrdinalIgnoreCase);
            return new AzureSpeechEndpoints(
                At(own, WebScheme(own, socket: true), (isDomain ? "stt/" : "") + Recognise),
                At(own, WebScheme(own, socket: false), (isDomain ? "tts/" : "") + Speak),
                At(own, WebScheme(own, socket: false), Issue));
        }

        var region = options.Region!.ToLowerInvariant();
        var (speech, api) = region switch
        {
            _ when region.StartsWith("china", StringComparison.Ordinal) => ("speech.azure.cn", "api.cognitive.azure.cn"),
            _ when region.StartsWith("usgov", StringComparison.Ordinal) => ("speech.azure.us", "api.cognitive.microsoft.us"),
            _ => ("speech.microsoft.com", "api.cognitive.microsoft.com"),
        };
        return new AzureSpeechEndpoints(
            new Uri($"wss://{region}.stt.{speech}/{Recognise}"),
            new Uri($"https://{region}.tts.{speech}/{Speak}"),
            new Uri($"https://{region}.{api}/{Issue}"));
    }

    private static string WebScheme(Uri own, bool socket) => (own.Scheme is "https" or "wss", socket) switch
    {
        (true, true) => "wss",
        (false, true) => "ws",
        (true, false) => "https",
        (false, false) => "http",
    };

    private static Uri At(Uri own, string scheme, string path) =>
        new UriBuilder(scheme, own.Host, own.Port, own.AbsolutePath.TrimEnd('/') + "/" + path).Uri;
}
