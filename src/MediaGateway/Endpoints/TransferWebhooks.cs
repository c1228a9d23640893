using Microsoft.AspNetCore.Http;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary>
/// The webhooks of the one who answers a transfer: what the call is about, and whether it is taken (Twilio docs, "TwiML Voice: Number": the document at
/// <c>url</c> is heard by the called party alone; one that hangs up leaves the caller where it was). They come for the called leg, so the caller's call
/// stands in their address, which is signed like the rest.
/// </summary>
internal sealed class TransferWebhooks(WebhookDesk desk, ITenantStore tenants, ICallStore calls, CallRegistry registry, CallDocuments documents)
{
    private const string DefaultLanguage = "en-US";

    /// <summary>Somebody picked up.</summary>
    public async Task<IResult> WhisperAsync(HttpContext context)
    {
        var mustAccept = context.Request.Query[CallDocuments.AcceptParameter] == "1";
        return await desk.AnswerAsync(
            await Webhook.ReadAsync("whisper", context),
            async (webhook, _, cancellationToken) =>
            {
                string? caller = webhook.Request.Query[CallDocuments.CallParameter];
                var call = StreamIds.IsValid(caller) ? await calls.FindAsync(caller!, cancellationToken) : null;
                var tenant = call is null ? null : await tenants.GetAsync(call.TenantId, cancellationToken);
                var summary = tenant is null or { Escalations.Whisper: false }
                    ? null
                    : registry.OutcomeOf(caller!)?.TransferSummary ?? call!.TransferSummary;
                return documents.Whisper(webhook.Request, summary, tenant?.Language ?? DefaultLanguage, mustAccept);
            },
            // A person is on the line and another waits: they are connected, told or not.
            () => documents.Whisper(context.Request, null, DefaultLanguage, mustAccept));
    }

    /// <summary>Somebody pressed a key: 1 takes the call, any other leaves it.</summary>
    public async Task<IResult> WhisperKeyAsync(HttpContext context) => await desk.AnswerAsync(
        await Webhook.ReadAsync("whisper-key", context),
        static (webhook, _, _) => Task.FromResult(webhook["Digits"] == "1" ? new VoiceResponse() : CallDocuments.End()));
}
