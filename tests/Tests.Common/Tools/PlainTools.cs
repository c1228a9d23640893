using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Tests.Common.Tools;

/// <summary>The tools that need nothing but a ledger.</summary>
public static class PlainTools
{
    /// <summary>All of them.</summary>
    public static IEnumerable<ICallTool> All => [new RememberBookingTool(), new MessageTool(), new CallBackTool(), new TransferTool(), new EndCallTool()];

    /// <summary>A box of them, and of more.</summary>
    public static ToolBox Box(TimeProvider clock, params IEnumerable<ICallTool> more) =>
        new(All.Concat(more), new MemoryLedger(), new ToolOptions(), clock, NullLoggerFactory.Instance);
}
