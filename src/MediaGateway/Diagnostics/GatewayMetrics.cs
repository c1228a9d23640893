using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Sessions;

namespace Parley.MediaGateway.Diagnostics;

/// <summary>What the call host counts; meter <c>Parley.MediaGateway</c>. No tag tells a call, a number or a tenant.</summary>
public sealed class GatewayMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Parley.MediaGateway";

    private readonly Counter<long> refusedConnections;
    private readonly Counter<long> refusedWebhooks;
    private readonly Counter<long> failedWebhooks;
    private readonly Counter<long> badMessages;
    private readonly Counter<long> sends;

    /// <summary>Creates the instruments.</summary>
    public GatewayMetrics(IMeterFactory meters, CallRegistry registry, IOptions<GatewayOptions> options)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("parley.calls.active", () => registry.Count, "{call}", "Calls with a media connection.");
        meter.CreateObservableGauge("parley.calls.capacity", () => options.Value.MaxCalls, "{call}", "Calls that may be active at once.");
        refusedConnections = meter.CreateCounter<long>(
            "parley.connections.refused", "{connection}", "Media connections refused, by reason: signature, full or stopping.");
        refusedWebhooks = meter.CreateCounter<long>(
            "parley.webhooks.refused", "{request}", "Webhooks refused, by reason: signature, too_large or malformed.");
        failedWebhooks = meter.CreateCounter<long>(
            "parley.webhooks.failed", "{request}", "Webhooks that were not answered as they should, by kind and reason: late or failed.");
        badMessages = meter.CreateCounter<long>("parley.media.bad_messages", "{message}", "Messages on media connections that made no sense.");
        sends = meter.CreateCounter<long>("parley.messages.attempts", "{attempt}", "Attempts to send a text message, by result: sent, retry or failed.");
    }

    internal void ConnectionRefused(string reason) => refusedConnections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void WebhookRefused(string reason) => refusedWebhooks.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void WebhookFailed(string kind, string reason) => failedWebhooks.Add(
        1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("reason", reason));

    internal void BadMessage() => badMessages.Add(1);

    internal void Tried(SendResult result) => sends.Add(1, new KeyValuePair<string, object?>("result", result switch
    {
        SendResult.Sent => "sent",
        SendResult.Retry => "retry",
        _ => "failed",
    }));
}
