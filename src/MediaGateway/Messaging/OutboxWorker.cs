using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Messaging;

/// <summary>
/// Sends queued messages one after the other. When the server stops, the message in hand is finished, as long as the host's shutdown
/// deadline allows; what is left stays in the queue for any node.
/// </summary>
public sealed class OutboxWorker(IMessageQueue queue, IMessageSender sender, GatewayMetrics metrics, TimeProvider time, ILogger<OutboxWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource abort = new();

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested)
            await abort.CancelAsync();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        abort.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await queue.SendNextAsync(SendAsync, abort.Token))
                    await queue.WaitAsync(Idle, stoppingToken);
                pause = TimeSpan.FromSeconds(1);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database is away or a message is odd: whatever it is, the worker must outlive it.
                MessagingLog.QueueFailed(logger, pause, failure);
                try
                {
                    await Task.Delay(pause, time, stoppingToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outcome = await sender.SendAsync(message, cancellationToken);
        metrics.Tried(outcome.Result);
        MessagingLog.Tried(logger, message.Id, PhoneNumbers.Mask(message.To), message.Attempt, outcome.Result, outcome.Error ?? "");
        return outcome;
    }
}
