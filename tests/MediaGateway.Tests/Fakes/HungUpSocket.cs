using System.Net.WebSockets;
using System.Text;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>
/// A carrier's connection on which the caller hangs up while the agent begins to speak: what is sent meets a reset, and the stop that came before the reset
/// is still to be read.
/// </summary>
internal sealed class HungUpSocket(string start) : WebSocket
{
    private readonly TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int received;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => sent.Task.IsCompleted ? WebSocketState.Aborted : WebSocketState.Open;

    public override string? SubProtocol => null;

    public override void Abort() => sent.TrySetResult();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw Reset();

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw Reset();

    public override void Dispose()
    {
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        sent.TrySetResult();
        throw Reset();
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var message = ++received switch
        {
            1 => start,
            2 => """{"event":"stop","sequenceNumber":"2","streamSid":"MZ1","stop":{}}""",
            _ => throw Reset(),
        };
        if (received == 2)
            await sent.Task.WaitAsync(cancellationToken);
        return new WebSocketReceiveResult(Encoding.UTF8.GetBytes(message, buffer), WebSocketMessageType.Text, endOfMessage: true);
    }

    private static WebSocketException Reset() => new(WebSocketError.ConnectionClosedPrematurely);
}
