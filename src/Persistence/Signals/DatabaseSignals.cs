using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Parley.Persistence.Signals;

/// <summary>
/// What other nodes tell through <c>NOTIFY</c>: one connection a process listens on every channel, and comes back when it was lost.
/// What was told meanwhile is gone, so a subscriber is also told of each (re)connection and then has to look for itself.
/// </summary>
public sealed partial class DatabaseSignals : IAsyncDisposable
{
    /// <summary>A tenant or one of its numbers changed; the payload is its id.</summary>
    public const string TenantsChannel = "parley_tenants";

    /// <summary>A tenant's knowledge or catalogue changed; the payload is the tenant's id.</summary>
    public const string KnowledgeChannel = "parley_knowledge";

    /// <summary>A job was queued; the payload is its kind.</summary>
    public const string JobsChannel = "parley_jobs";

    /// <summary>Something happened in a call; the payload is a <see cref="Reporting.CallEvent"/>.</summary>
    public const string CallsChannel = "parley_calls";

    /// <summary>Something about plans or features changed; the payload is empty.</summary>
    public const string FeaturesChannel = "parley_features";

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<DatabaseSignals> logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly TaskCompletionSource firstConnection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableList<Subscription> subscriptions = [];
    private Task? loop;

    /// <summary>Creates the listener; <see cref="Start"/> starts it.</summary>
    public DatabaseSignals(Database database, TimeProvider time, ILogger<DatabaseSignals> logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Starts to listen; calling it again does nothing.</summary>
    /// <returns>A task that is over once the first connection listens.</returns>
    public Task Start()
    {
        lock (gate)
            loop ??= Task.Run(ListenAsync);
        return firstConnection.Task;
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        if (this.loop is { } loop)
            await loop;
        stopping.Dispose();
    }

    /// <summary>Subscribes to a channel; the callbacks run on the listening thread, so they must be short and not throw.</summary>
    internal IDisposable Subscribe(string channel, Action<string> onSignal, Action onConnected)
    {
        var subscription = new Subscription(this, channel, onSignal, onConnected);
        ImmutableInterlocked.Update(ref subscriptions, s => s.Add(subscription));
        return subscription;
    }

    private async Task ListenAsync()
    {
        var stopping = this.stopping.Token;
        var lost = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenAsync(stopping);
                connection.Notification += (_, e) => Dispatch(e);
                await using (var listen = new NpgsqlCommand(
                    $"listen {TenantsChannel}; listen {JobsChannel}; listen {CallsChannel}; listen {FeaturesChannel}; listen {KnowledgeChannel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stopping);
                }

                foreach (var subscription in subscriptions)
                    subscription.OnConnected();
                firstConnection.TrySetResult();
                if (lost)
                    LogBack();
                lost = false;
                while (true)
                    await connection.WaitAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was (the server went away, or is not there yet), trying again is all there is to do.
                if (!lost)
                    LogLost(e.Message);
                lost = true;
            }

            try
            {
                await Task.Delay(ReconnectDelay, time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Dispatch(NpgsqlNotificationEventArgs signal)
    {
        foreach (var subscription in subscriptions)
        {
            if (subscription.Channel == signal.Channel)
                subscription.OnSignal(signal.Payload);
        }
    }

    [LoggerMessage(6201, LogLevel.Warning, "Lost the connection that listens for signals; trying again: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(6202, LogLevel.Information, "The connection that listens for signals is back")]
    private partial void LogBack();

    private sealed record Subscription(DatabaseSignals Owner, string Channel, Action<string> OnSignal, Action OnConnected) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref Owner.subscriptions, s => s.Remove(this));
    }
}
