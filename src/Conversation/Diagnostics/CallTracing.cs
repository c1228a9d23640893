using System.Diagnostics;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Diagnostics;

/// <summary>
/// Spans: one a call, and in it one a reply, from the caller's last word to the reply's end. Requests that providers make meanwhile fall into the
/// call's. Costs nothing while nobody listens.
/// </summary>
public static class CallTracing
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Parley.Conversation";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A call begins. Its id is Parley's, which tells nothing about the caller.</summary>
    internal static Activity? Call(Guid callId)
    {
        if (!Source.HasListeners())
            return null;

        // Not a part of the request that opened the connection: nobody records that one, and what belongs to it would not be recorded either.
        Activity.Current = null;
        var span = Source.StartActivity("call", ActivityKind.Server);
        span?.SetTag("parley.call.id", callId.ToString());
        return span;
    }

    /// <summary>A call has ended.</summary>
    internal static void Ended(Activity? call, CallEndReason reason)
    {
        call?.SetTag("parley.call.end_reason", reason.ToString());
        if (reason == CallEndReason.AgentFailed)
            call?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>A reply is over, at <paramref name="nowMs"/> on the call's clock.</summary>
    internal static void Turn(TurnTimes times, bool interrupted, DateTimeOffset now, long nowMs)
    {
        if (!Source.HasListeners())
            return;

        var began = now - TimeSpan.FromMilliseconds(nowMs - (times.SpeechEndMs ?? times.EndOfTurnMs ?? nowMs));
        using var span = Source.StartActivity("turn", ActivityKind.Internal, Activity.Current?.Context ?? default, startTime: began);
        span?.SetTag("parley.turn.interrupted", interrupted);
        span?.SetTag("parley.turn.speculated", times.Speculated);
        if (times.FirstFrameSentMs is { } sent && times.SpeechEndMs is { } end)
            span?.SetTag("parley.turn.response_ms", sent - end);
        span?.SetEndTime(now.UtcDateTime);
    }
}
