using System.Net.WebSockets;

namespace Parley.Providers.Server.Deepgram;

/// <summary>How a connection of the server behaves; each connection takes the one that is set when it opens.</summary>
public sealed record DeepgramBehaviour
{
    /// <summary>Audio between two interim results, in ms.</summary>
    public int InterimEveryMs { get; init; } = 400;

    /// <summary>Audio after which words become final although nobody paused, in ms.</summary>
    public int LongestSegmentMs { get; init; } = 5000;

    /// <summary>Whether <c>Finalize</c> is answered; too little audio is never.</summary>
    public bool AnswersFinalize { get; init; } = true;

    /// <summary>Whether the answer to <c>Finalize</c> has <c>speech_final</c>, which the documents leave open.</summary>
    public bool FinalizeIsSpeechFinal { get; init; }

    /// <summary>Whether pauses are seen; noise on the line hides them, so that no <c>speech_final</c> comes.</summary>
    public bool SeesPauses { get; init; } = true;

    /// <summary>Takes audio and says nothing by itself: a test scripts what comes.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Messages come in WebSocket fragments of a few bytes.</summary>
    public bool SendsFragments { get; init; }

    /// <summary>After this much audio, in ms, the connection is lost; 0 for never.</summary>
    public int LostAfterMs { get; init; }

    /// <summary>The close code with which it is lost; null for a broken line.</summary>
    public WebSocketCloseStatus? CloseCode { get; init; }

    /// <summary>The close reason.</summary>
    public string CloseReason { get; init; } = "";
}

/// <summary>A refused upgrade.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The body's <c>err_code</c>.</param>
/// <param name="Message">The body's <c>err_msg</c> and the header <c>dg-error</c>.</param>
/// <param name="RetryAfter">The header <c>Retry-After</c>.</param>
public sealed record DeepgramRefusal(int Status, string Code, string Message, string? RetryAfter = null);
