using System.Collections.Concurrent;
using NodaTime;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>Calls and the one tenant they belong to.</summary>
internal sealed class MemoryCalls : ICallStore, ITenantStore
{
    private readonly ConcurrentDictionary<string, CallSnapshot> calls = new();
    private int lookups;

    public Tenant Tenant { get; } = new()
    {
        Id = new Guid("01900000-0000-7000-8000-000000000001"),
        Slug = "test",
        Name = "Test",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZone.Utc,
        Greeting = "Hi.",
    };

    /// <summary>When set, finding a call waits for it, or for the cancellation.</summary>
    public Task? Gate { get; set; }

    /// <summary>How many calls were looked for.</summary>
    public int Lookups => Volatile.Read(ref lookups);

    /// <summary>When set, finding a call fails with it.</summary>
    public Exception? FailWith { get; set; }

    /// <summary>Ids of the streams that were noted as connected.</summary>
    public ConcurrentQueue<string> Streams { get; } = new();

    public void Add(string carrierCallId, CallSnapshot call) => calls[carrierCallId] = call;

    public void Forget(string carrierCallId) => calls.TryRemove(carrierCallId, out _);

    public async Task<CallSnapshot?> FindAsync(string carrierCallId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref lookups);
        if (FailWith is not null)
            throw FailWith;
        if (Gate is not null)
            await Gate.WaitAsync(cancellationToken);
        return calls.GetValueOrDefault(carrierCallId);
    }

    public Task ConnectedAsync(Guid callId, string streamId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Streams.Enqueue(streamId);
        return Task.CompletedTask;
    }

    public Task<Tenant?> GetAsync(Guid tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(tenantId == Tenant.Id ? Tenant : null);

    public Task<Guid> StartAsync(CallStarted call, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CloseByCarrierAsync(
        string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Tenant?> FindByNumberAsync(string calledNumber, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>A queue in which no message ever is.</summary>
internal sealed class NoMessages : IMessageQueue
{
    public Task<bool> SendNextAsync(Func<OutgoingMessage, CancellationToken, Task<SendOutcome>> send, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    public Task UpdateStatusAsync(string carrierMessageId, string status, string? errorCode, DateTimeOffset at, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
