using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary>
/// Answers webhooks within a deadline, whatever the database does, and notes each in the webhook log. Twilio gives up after 15 s, and the
/// caller would hear a machine's error message.
/// </summary>
internal sealed class WebhookDesk(IWebhookLog log, IOptions<TwilioOptions> options, GatewayMetrics metrics, TimeProvider time,
    ILogger<WebhookDesk> logger)
{
    /// <summary>What the log may take beyond the decision: it is for people, and a caller does not wait for it.</summary>
    private static readonly TimeSpan LogPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>Answers with a document; when it cannot be made in time with <paramref name="otherwise"/>, or an apology.</summary>
    public async Task<IResult> AnswerAsync(
        Webhook webhook, Func<Webhook, string, CancellationToken, Task<VoiceResponse>> decide, Func<VoiceResponse>? otherwise = null)
    {
        if (webhook.CallSid is not { } callSid)
            return Results.BadRequest();

        VoiceResponse? document = null;
        await TryAsync(webhook, callSid, async cancellationToken => document = await decide(webhook, callSid, cancellationToken));
        return Results.Bytes((document ?? otherwise?.Invoke() ?? CallDocuments.Apologise()).ToUtf8(), "text/xml; charset=utf-8");
    }

    /// <summary>Takes note of something; 503 when it could not be stored, so that Twilio can be told to repeat it.</summary>
    public async Task<IResult> NoteAsync(Webhook webhook, string id, Func<CancellationToken, Task> store) =>
        await TryAsync(webhook, id, store) ? Results.NoContent() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);

    private async Task<bool> TryAsync(Webhook webhook, string id, Func<CancellationToken, Task> action)
    {
        // Not disposed: work that outlasts the deadline still looks at the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(webhook.Context.RequestAborted);
        try
        {
            var recording = RecordAsync(webhook, id, stop.Token);
            await Task.Run(() => action(stop.Token), stop.Token)
                .WaitAsync(TimeSpan.FromSeconds(options.Value.WebhookDeadlineSeconds), time, webhook.Context.RequestAborted);
            if (!recording.IsCompleted && await Task.WhenAny(recording, Task.Delay(LogPatience, time, CancellationToken.None)) != recording)
            {
                TwilioLog.NotLogged(logger, webhook.Kind, id);
                _ = stop.CancelAsync();
            }

            return true;
        }
        catch (TimeoutException)
        {
            metrics.WebhookFailed(webhook.Kind, "late");
            TwilioLog.WebhookLate(logger, webhook.Kind, id);
            // Not awaited: the database driver asks its server to stop, and does not come back before that answers.
            _ = stop.CancelAsync();
            return false;
        }
        catch (Exception failure)
        {
            // Whatever fails behind a webhook, the caller is told something.
            metrics.WebhookFailed(webhook.Kind, "failed");
            TwilioLog.WebhookFailed(logger, webhook.Kind, id, failure);
            return false;
        }
    }

    /// <summary>The log is for people; a call does not fail for it.</summary>
    private async Task RecordAsync(Webhook webhook, string id, CancellationToken cancellationToken)
    {
        try
        {
            if (!await log.RecordAsync(
                "twilio", webhook.Kind, webhook.Key, webhook.CallSid, webhook.Parameters, time.GetUtcNow(), cancellationToken))
                TwilioLog.Repeated(logger, webhook.Kind, id);
        }
        catch (OperationCanceledException)
        {
            // Too late.
        }
        catch (Exception failure)
        {
            TwilioLog.WebhookFailed(logger, "log", id, failure);
        }
    }
}
