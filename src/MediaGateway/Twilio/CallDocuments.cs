using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Parley.Conversation.Escalations;

namespace Parley.MediaGateway.Twilio;

/// <summary>Names and values of the parameters Parley gives to its own media streams.</summary>
public static class StreamParameters
{
    /// <summary>The <see cref="CallTokens">call token</see>.</summary>
    public const string CallToken = "callToken";

    /// <summary>Why a call has another stream: <see cref="StreamLost"/> or <see cref="TransferFailed"/>; absent for the first one.</summary>
    public const string ResumeReason = "resumeReason";

    /// <summary>The stream before broke.</summary>
    public const string StreamLost = "stream-lost";

    /// <summary>Nobody answered where the caller was transferred to.</summary>
    public const string TransferFailed = "transfer-failed";
}

/// <summary>The documents that make up a call of ours.</summary>
public sealed class CallDocuments(TwilioUrls urls, CallTokens tokens, IOptions<TwilioOptions> options)
{
    internal const string Apology = "We are having technical difficulties. Please call again in a few minutes. Goodbye.";
    internal const string NoSuchNumber = "We are sorry, this number is not in service. Goodbye.";

    /// <summary>Paths of the webhooks.</summary>
    internal const string AfterStreamPath = "/twilio/after-stream", DialDonePath = "/twilio/dial-done", StreamStatusPath = "/twilio/stream-status",
        VoicePath = "/twilio/voice", WhisperPath = "/twilio/whisper", WhisperKeyPath = "/twilio/whisper-key";

    /// <summary>Parameters of a whisper's address: the caller's call, and whether a key must be pressed.</summary>
    internal const string CallParameter = "call", AcceptParameter = "accept";

    private const int MostWhisperChars = 600;

    // After the words; a person who listened needs no longer, and the caller hears it ring meanwhile.
    private const int AcceptSeconds = 8;

    /// <summary>Parameter of our own addresses: how often the call was sent there, so that it is not for ever.</summary>
    internal const string AttemptParameter = "attempt";

    /// <summary>Connects the caller to the agent.</summary>
    /// <param name="request">The webhook that is answered.</param>
    /// <param name="call">What the stream's token vouches for.</param>
    /// <param name="resumeReason">See <see cref="StreamParameters.ResumeReason"/>; null for the first stream.</param>
    /// <param name="attempt">How often the call was to go on already, 0 for the first stream.</param>
    public VoiceResponse Connect(HttpRequest request, CallToken call, string? resumeReason = null, int attempt = 0)
    {
        List<KeyValuePair<string, string>> parameters = [new(StreamParameters.CallToken, tokens.Issue(call))];
        if (resumeReason is not null)
            parameters.Add(new(StreamParameters.ResumeReason, resumeReason));

        return new VoiceResponse().ConnectStream(
            urls.Media(request), urls.Http(request, Numbered(AfterStreamPath, attempt)), urls.Http(request, StreamStatusPath), parameters);
    }

    /// <summary>
    /// Asks again a moment later, when the load balancer knows that this gateway takes no calls. Before the call is answered the caller hears
    /// it ring on (Twilio docs, "TwiML Voice: Pause": as the first verb it waits before it picks up), later a short silence.
    /// </summary>
    /// <param name="request">The webhook that is answered.</param>
    /// <param name="path">What is asked.</param>
    /// <param name="attempt">Which attempt the next one is, from 1.</param>
    /// <param name="seconds">How long to wait.</param>
    public VoiceResponse TryAgain(HttpRequest request, string path, int attempt, int seconds) =>
        new VoiceResponse().Pause(seconds).Redirect(urls.Http(request, Numbered(path, attempt)));

    private static string Numbered(string path, int attempt) =>
        attempt == 0 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}?{AttemptParameter}={attempt}");

    /// <summary>Connects the caller to a person.</summary>
    /// <param name="request">The webhook that is answered.</param>
    /// <param name="number">Who is rung, E.164.</param>
    /// <param name="callerId">The number shown there.</param>
    /// <param name="whisperFor">The caller's call, about which the one who answers is told first; null to tell nothing.</param>
    /// <param name="mustAccept">The one who answers must press a key to take the call.</param>
    public VoiceResponse Transfer(HttpRequest request, string number, string callerId, string? whisperFor = null, bool mustAccept = false) =>
        new VoiceResponse().Dial(
            number, callerId, options.Value.DialTimeoutSeconds, urls.Http(request, DialDonePath),
            whisperFor is null && !mustAccept ? null : urls.Http(request, $"{WhisperPath}?{CallParameter}={whisperFor}{(mustAccept ? $"&{AcceptParameter}=1" : "")}"));

    /// <summary>Tells the one who answered a transfer what it is about; then the caller is there, or once a key was pressed.</summary>
    public VoiceResponse Whisper(HttpRequest request, string? summary, string language, bool mustAccept)
    {
        var words = summary is null || summary.Length <= MostWhisperChars ? summary : summary[..MostWhisperChars];
        if (!mustAccept)
            return words is null ? new VoiceResponse() : new VoiceResponse().Say(words, SpokenLanguage(language));
        return new VoiceResponse()
            .GatherKey($"{words} {CallSummary.PressOne(SpokenLanguage(language) ?? "en")}".TrimStart(), SpokenLanguage(language), AcceptSeconds, urls.Http(request, WhisperKeyPath))
            .Hangup();
    }

    // Twilio's <Say> knows no Hebrew without a voice of its own; without a language it takes its default.
    private static string? SpokenLanguage(string language) => language.StartsWith("he", StringComparison.OrdinalIgnoreCase) ? null : language;

    /// <summary>Ends the call.</summary>
    public static VoiceResponse End() => new VoiceResponse().Hangup();

    /// <summary>Ends the call with a word.</summary>
    public static VoiceResponse Apologise(string words = Apology) => new VoiceResponse().Say(words).Hangup();
}
