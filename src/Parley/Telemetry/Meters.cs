using Parley.Conversation.Diagnostics;
using Parley.MediaGateway.Diagnostics;

namespace Parley.Telemetry;

/// <summary>The meters that are exported.</summary>
internal static class Meters
{
    public static readonly IReadOnlyList<string> All =
    [
        ConversationMetrics.MeterName,
        GatewayMetrics.MeterName,
        "Parley.Persistence",
        ProcessMetrics.MeterName,
        // The runtime's own: processor, memory, collections, locks, thread pool.
        "System.Runtime",
        // The web server's: connections, queues.
        "Microsoft.AspNetCore.Server.Kestrel",
    ];
}
