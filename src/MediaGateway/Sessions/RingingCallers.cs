using System.Collections.Concurrent;
using Parley.Conversation.Stores;

namespace Parley.MediaGateway.Sessions;

/// <summary>
/// Looks up who calls while it rings, so that the past of a caller is there when the agent wants it. Nothing waits for that: what is not there in time is
/// not known.
/// </summary>
public sealed class RingingCallers(ICallerHistory? histories, TimeProvider clock)
{
    /// <summary>Longer than a call rings before its stream comes; calls that never get one are forgotten after it.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, (Task<CallerHistory?> History, long At)> ringing = new(StringComparer.Ordinal);

    /// <summary>A call rings.</summary>
    public void Ring(string carrierCallId, Guid tenantId, string? number)
    {
        if (Find(tenantId, number) is not { } history)
            return;
        foreach (var (id, entry) in ringing)
        {
            if (clock.GetElapsedTime(entry.At) > Keep)
                ringing.TryRemove(id, out _);
        }

        ringing[carrierCallId] = (history, clock.GetTimestamp());
    }

    /// <summary>The look-up that began when the call rang here; begun now when it rang elsewhere, or comes back.</summary>
    public Task<CallerHistory?>? Take(string carrierCallId, Guid tenantId, string? number) =>
        ringing.TryRemove(carrierCallId, out var entry) ? entry.History : Find(tenantId, number);

    private Task<CallerHistory?>? Find(Guid tenantId, string? number) =>
        histories is null || number is null ? null : Task.Run(() => FindAsync(histories, tenantId, number));

    private static async Task<CallerHistory?> FindAsync(ICallerHistory histories, Guid tenantId, string number)
    {
        try
        {
            return await histories.FindAsync(tenantId, number, CancellationToken.None);
        }
        catch (Exception)
        {
            // A caller whose past cannot be read is one without a past; the database's own log tells why.
            return null;
        }
    }
}
