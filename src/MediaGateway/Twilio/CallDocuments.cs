using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

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
    internal const string AfterStreamPath = "/twilio/after-stream", DialDonePath = "/twilio/dial-done", StreamStatusPath = "/twilio/stream-status";

    /// <summary>Connects the caller to the agent.</summary>
    /// <param name="request">The webhook that is answered.</param>
    /// <param name="call">What the stream's token vouches for.</param>
    /// <param name="resumeReason">See <see cref="StreamParameters.ResumeReason"/>; null for the first stream.</param>
    public VoiceResponse Connect(HttpRequest request, CallToken call, string? resumeReason = null)
    {
        List<KeyValuePair<string, string>> parameters = [new(StreamParameters.CallToken, tokens.Issue(call))];
        if (resumeReason is not null)
            parameters.Add(new(StreamParameters.ResumeReason, resumeReason));

        return new VoiceResponse().ConnectStream(urls.Media(request), urls.Http(request, AfterStreamPath), urls.Http(request, StreamStatusPath), parameters);
    }

    /// <summary>Connects the caller to a person.</summary>
    public VoiceResponse Transfer(HttpRequest request, string number, string callerId) =>
        new VoiceResponse().Dial(number, callerId, options.Value.DialTimeoutSeconds, urls.Http(request, DialDonePath));

    /// <summary>Ends the call.</summary>
    public static VoiceResponse End() => new VoiceResponse().Hangup();

    /// <summary>Ends the call with a word.</summary>
    public static VoiceResponse Apologise(string words = Apology) => new VoiceResponse().Say(words).Hangup();
}
