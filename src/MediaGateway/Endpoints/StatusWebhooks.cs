using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary>
/// The webhooks that only report. They may overtake each other and come twice: only final statuses change anything, and the stores take
/// them once.
/// </summary>
internal sealed class StatusWebhooks(
    WebhookDesk desk, ICallStore calls, IMessageQueue messages, TimeProvider time, ILogger<StatusWebhooks> logger)
{
    /// <summary>Whether a call with this status is over.</summary>
    public static bool IsFinal(string status) => status is "completed" or "busy" or "no-answer" or "canceled" or "failed";

    public async Task<IResult> CallAsync(HttpContext context)
    {
        var webhook = await Webhook.ReadAsync("call-status", context);
        var status = webhook["CallStatus"];
        var final = IsFinal(status);
        if (webhook.CallSid is not { } callSid || !(final || status is "queued" or "initiated" or "ringing" or "in-progress"))
            return Results.BadRequest();

        TwilioLog.CallStatus(logger, callSid, status);
        return await desk.NoteAsync(webhook, callSid, async cancellationToken =>
        {
            if (final)
                await calls.CloseByCarrierAsync(callSid, status, webhook.Number("CallDuration"), time.GetUtcNow(), cancellationToken);
        });
    }

    public async Task<IResult> StreamAsync(HttpContext context)
    {
        var webhook = await Webhook.ReadAsync("stream-status", context);
        var status = webhook["StreamEvent"];
        var streamSid = webhook["StreamSid"];
        if (webhook.CallSid is not { } callSid || !StreamIds.IsValid(streamSid)
            || status is not ("stream-started" or "stream-stopped" or "stream-error"))
            return Results.BadRequest();

        TwilioLog.StreamStatus(logger, callSid, status, streamSid, ForLog(webhook["StreamError"]));
        return await desk.NoteAsync(webhook, callSid, _ => Task.CompletedTask);
    }

    public async Task<IResult> MessageAsync(HttpContext context)
    {
        var webhook = await Webhook.ReadAsync("message-status", context);
        var (sid, status, error) = (webhook["MessageSid"], webhook["MessageStatus"], webhook["ErrorCode"]);
        if (!StreamIds.IsValid(sid) || status.Length is 0 or > 32 || !status.All(letter => char.IsAsciiLetterLower(letter) || letter == '_')
            || error.Length > 10 || !error.All(char.IsAsciiDigit))
        {
            TwilioLog.OddMessageStatus(logger);
            return Results.BadRequest();
        }

        return await desk.NoteAsync(webhook, sid, cancellationToken =>
            messages.UpdateStatusAsync(sid, status, error.Length == 0 ? null : error, time.GetUtcNow(), cancellationToken));
    }

    private static string ForLog(string text) =>
        PhoneNumbers.MaskIn(new string(text.Take(200).Select(letter => char.IsControl(letter) ? ' ' : letter).ToArray()));
}
