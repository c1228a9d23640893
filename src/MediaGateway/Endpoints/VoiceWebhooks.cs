using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary>Where Twilio asks how a call goes on and reports what became of calls, streams and messages.</summary>
public static class VoiceWebhooksEndpoints
{
    /// <summary>Maps the webhooks below <c>/twilio</c>, each behind <see cref="TwilioSignatureFilter"/>.</summary>
    public static IEndpointConventionBuilder MapTwilioWebhooks(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/twilio").AddEndpointFilter<RouteGroupBuilder, TwilioSignatureFilter>();
        group.MapPost("/voice", (HttpContext context, VoiceWebhooks webhooks) => webhooks.VoiceAsync(context));
        group.MapPost("/after-stream", (HttpContext context, VoiceWebhooks webhooks) => webhooks.AfterStreamAsync(context));
        group.MapPost("/dial-done", (HttpContext context, VoiceWebhooks webhooks) => webhooks.DialDoneAsync(context));
        group.MapPost("/whisper", (HttpContext context, TransferWebhooks webhooks) => webhooks.WhisperAsync(context));
        group.MapPost("/whisper-key", (HttpContext context, TransferWebhooks webhooks) => webhooks.WhisperKeyAsync(context));
        group.MapPost("/call-status", (HttpContext context, StatusWebhooks webhooks) => webhooks.CallAsync(context));
        group.MapPost("/stream-status", (HttpContext context, StatusWebhooks webhooks) => webhooks.StreamAsync(context));
        group.MapPost("/message-status", (HttpContext context, StatusWebhooks webhooks) => webhooks.MessageAsync(context));
        return group;
    }
}

/// <summary>The webhooks that decide how a call goes on.</summary>
internal sealed class VoiceWebhooks(
    WebhookDesk desk, ITenantStore tenants, ICallStore calls, CallRegistry registry, CallDocuments documents, TimeProvider time, ILogger<VoiceWebhooks> logger,
    ProviderPrewarmer? prewarmer = null, RingingCallers? callers = null, IKnowledge? knowledge = null)
{
    /// <summary>How often a call gets another stream before we give up; a stream that breaks each time would go on for ever.</summary>
    public const int MaxResumes = 3;

    /// <summary>
    /// How often a call is asked to try again, or to go on with a stream that then does not come about, before we apologise. With the pauses
    /// below that is longer than a load balancer takes to notice.
    /// </summary>
    public const int MaxAttempts = 6;

    /// <summary>Seconds between attempts: a caller who hears it ring is patient, one who hears nothing is not.</summary>
    private const int RingingPause = 3, SilentPause = 1;

    /// <summary>
    /// How long the end of a call is awaited after its stream: it is written behind the call's back, and Twilio may ask first.
    /// </summary>
    private static readonly TimeSpan EndGrace = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan EndPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>A call rings.</summary>
    public async Task<IResult> VoiceAsync(HttpContext context) =>
        await desk.AnswerAsync(await Webhook.ReadAsync("voice", context), AnswerAsync);

    /// <summary>A media stream has ended and the call has not.</summary>
    public async Task<IResult> AfterStreamAsync(HttpContext context) =>
        await desk.AnswerAsync(await Webhook.ReadAsync("after-stream", context), ContinueAsync);

    /// <summary>A transfer has ended.</summary>
    public async Task<IResult> DialDoneAsync(HttpContext context) =>
        await desk.AnswerAsync(await Webhook.ReadAsync("dial-done", context), AfterDialAsync);

    private async Task<VoiceResponse> AnswerAsync(Webhook webhook, string callSid, CancellationToken cancellationToken)
    {
        // Registered by the gateway that takes the call, not by one that cannot.
        if (!registry.HasRoom)
            return TryAgain(webhook, callSid, CallDocuments.VoicePath, RingingPause);

        var called = PhoneNumbers.OrNull(webhook["To"]);
        var caller = PhoneNumbers.OrNull(webhook["From"]);
        var tenant = called is null ? null : await tenants.FindByNumberAsync(called, cancellationToken);
        if (tenant is null)
        {
            TwilioLog.UnknownNumber(logger, callSid, PhoneNumbers.Mask(called));
            return CallDocuments.Apologise(CallDocuments.NoSuchNumber);
        }

        prewarmer?.Ring(ExpectedCall.Of(tenant));
        callers?.Ring(callSid, tenant.Id, caller);
        knowledge?.Prepare(tenant.Id);
        var now = time.GetUtcNow();
        var callId = await calls.StartAsync(
            new CallStarted
            {
                CallId = Guid.CreateVersion7(now),
                CarrierCallId = callSid,
                TenantId = tenant.Id,
                CallerNumber = caller,
                CalledNumber = called!,
                Direction = CallDirection.Inbound,
                StartedAt = now,
            },
            cancellationToken);
        TwilioLog.Answered(logger, callSid, PhoneNumbers.Mask(caller), PhoneNumbers.Mask(called), callId, tenant.Id);
        return documents.Connect(webhook.Request, new CallToken(callId, callSid, tenant.Id));
    }

    private async Task<VoiceResponse> ContinueAsync(Webhook webhook, string callSid, CancellationToken cancellationToken)
    {
        var call = await FindEndedAsync(callSid, cancellationToken);
        if (call is null)
        {
            TwilioLog.AfterStream(logger, callSid, "unknown call, apology");
            return CallDocuments.Apologise();
        }

        // Final already: the caller is gone, and nobody hears what is answered.
        if (StatusWebhooks.IsFinal(webhook["CallStatus"]))
            return CallDocuments.End();

        switch (call.EndReason)
        {
            case CallEndReason.Transferred when PhoneNumbers.OrNull(call.TransferTo) is { } number:
                TwilioLog.AfterStream(logger, callSid, "transfer to " + PhoneNumbers.Mask(number));
                return await TransferAsync(webhook, callSid, call, number, cancellationToken);

            case CallEndReason.Transferred:
                return Resume(webhook, callSid, call, StreamParameters.TransferFailed);

            case null or CallEndReason.TransportLost or CallEndReason.ServerStopping:
                return Resume(webhook, callSid, call, StreamParameters.StreamLost);

            case CallEndReason.ProtocolError or CallEndReason.Unauthorized or CallEndReason.AgentFailed or CallEndReason.NeverConnected:
                TwilioLog.AfterStream(logger, callSid, "apology");
                return CallDocuments.Apologise();

            default:
                TwilioLog.AfterStream(logger, callSid, "hang up");
                return CallDocuments.End();
        }
    }

    private async Task<VoiceResponse> TransferAsync(
        Webhook webhook, string callSid, CallSnapshot call, string number, CancellationToken cancellationToken)
    {
        var wishes = (await tenants.GetAsync(call.TenantId, cancellationToken))?.Escalations ?? new EscalationSettings();
        var whispers = wishes.Whisper && !string.IsNullOrWhiteSpace(call.TransferSummary);
        return documents.Transfer(webhook.Request, number, call.CalledNumber, whispers || wishes.PressToAccept ? callSid : null, wishes.PressToAccept);
    }

    private async Task<VoiceResponse> AfterDialAsync(Webhook webhook, string callSid, CancellationToken cancellationToken)
    {
        var status = webhook["DialCallStatus"];
        TwilioLog.DialDone(logger, callSid, status is "completed" or "answered" or "busy" or "no-answer" or "failed" or "canceled" ? status : "(unknown)");
        // Somebody picked up but did not take the call: nobody spoke to the caller.
        var refused = status is "completed" or "answered" && webhook["DialBridged"] == "false";
        if (!(refused || status is "busy" or "no-answer" or "failed") || StatusWebhooks.IsFinal(webhook["CallStatus"]))
            return CallDocuments.End();

        return await calls.FindAsync(callSid, cancellationToken) is { } call
            ? Resume(webhook, callSid, call, StreamParameters.TransferFailed)
            : CallDocuments.Apologise();
    }

    private VoiceResponse Resume(Webhook webhook, string callSid, CallSnapshot call, string reason)
    {
        if (registry.IsDraining)
            return TryAgain(webhook, callSid, CallDocuments.AfterStreamPath, SilentPause);
        if (call.Resumes >= MaxResumes || webhook.Attempt >= MaxAttempts)
        {
            TwilioLog.AfterStream(logger, callSid, "too many streams, apology");
            return CallDocuments.Apologise();
        }

        TwilioLog.AfterStream(logger, callSid, "resume, " + reason);
        return documents.Connect(webhook.Request, new CallToken(call.CallId, callSid, call.TenantId, Resume: true), reason, webhook.Attempt + 1);
    }

    /// <summary>Has the question put again, to another gateway if there is one; an apology when that was done often enough.</summary>
    private VoiceResponse TryAgain(Webhook webhook, string callSid, string path, int seconds)
    {
        if (webhook.Attempt >= MaxAttempts)
            return CallDocuments.Apologise();
        TwilioLog.TryAgain(logger, callSid, webhook.Attempt + 1, registry.IsDraining ? "stopping" : "full");
        return documents.TryAgain(webhook.Request, path, webhook.Attempt + 1, seconds);
    }

    private async Task<CallSnapshot?> FindEndedAsync(string callSid, CancellationToken cancellationToken)
    {
        var call = await calls.FindAsync(callSid, cancellationToken);

        // The process that had the stream knows before the database does.
        if (call is not null && registry.OutcomeOf(callSid) is { } outcome)
            return call with { EndReason = outcome.Reason, TransferTo = outcome.TransferTo, TransferSummary = outcome.TransferSummary };

        for (var waited = TimeSpan.Zero; call is { EndReason: null } && waited < EndGrace; waited += EndPoll)
        {
            await Task.Delay(EndPoll, time, cancellationToken);
            call = await calls.FindAsync(callSid, cancellationToken);
        }

        return call;
    }
}
