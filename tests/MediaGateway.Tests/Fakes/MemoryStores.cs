using NodaTime;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>All stores in memory; <see cref="Gate"/> stands for the database.</summary>
internal sealed class MemoryStores : ICallStore, ITenantStore, IWebhookLog, IMessageQueue
{
    public static readonly Tenant Luigis = new()
    {
        Id = Guid.Parse("019547a0-0000-7000-8000-000000000001"),
        Slug = "luigis",
        Name = "Luigi's",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZone.Utc,
        Greeting = "Hello.",
        Numbers = ["+14155550199"],
    };

    /// <summary>The tenant's wishes about transfers.</summary>
    public EscalationSettings Settings { get; set; } = new();

    public Func<CancellationToken, Task> Gate { get; set; } = _ => Task.CompletedTask;

    /// <summary>Stands for the webhook log alone.</summary>
    public Func<CancellationToken, Task> LogGate { get; set; } = _ => Task.CompletedTask;

    public Dictionary<string, CallStarted> Started { get; } = [];

    public CallSnapshot? Snapshot { get; set; }

    /// <summary>How often a call was looked up, and from which look-up on its end is there.</summary>
    public int Lookups { get; private set; }

    public Func<int, CallSnapshot?, CallSnapshot?> OnLookup { get; set; } = (_, snapshot) => snapshot;

    public List<(string Call, string Status, int? Seconds)> Closed { get; } = [];

    public List<(string Sid, string Status, string? Error)> MessageStatuses { get; } = [];

    public HashSet<string> WebhookKeys { get; } = [];

    public Queue<OutgoingMessage> Outbox { get; } = new();

    public List<SendOutcome> Outcomes { get; } = [];

    public async Task<Guid> StartAsync(CallStarted call, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        Started.TryAdd(call.CarrierCallId, call);
        return Started[call.CarrierCallId].CallId;
    }

    public Task ConnectedAsync(Guid callId, string streamId, DateTimeOffset at, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Webhooks do not connect streams.");

    public async Task<CallSnapshot?> FindAsync(string carrierCallId, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        return OnLookup(++Lookups, Snapshot);
    }

    public async Task CloseByCarrierAsync(
        string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        Closed.Add((carrierCallId, status, durationSeconds));
    }

    public async Task<Tenant?> FindByNumberAsync(string calledNumber, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        return Luigis.Numbers.Contains(calledNumber) ? Luigis : null;
    }

    public Task<Tenant?> GetAsync(Guid tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(tenantId == Luigis.Id ? Luigis with { Escalations = Settings } : null);

    public async Task<bool> RecordAsync(string source, string kind, string key, string? carrierCallId,
        IReadOnlyDictionary<string, string> parameters, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        await LogGate(cancellationToken);
        return WebhookKeys.Add(key);
    }

    public async Task<bool> SendNextAsync(
        Func<OutgoingMessage, CancellationToken, Task<SendOutcome>> send, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        if (!Outbox.TryDequeue(out var message))
            return false;
        Outcomes.Add(await send(message, cancellationToken));
        return true;
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Waiting.TrySetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    /// <summary>The worker has nothing left to do.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task UpdateStatusAsync(
        string carrierMessageId, string status, string? errorCode, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await Gate(cancellationToken);
        MessageStatuses.Add((carrierMessageId, status, errorCode));
    }
}
