using System.Collections;
using System.Globalization;

namespace Parley.MediaGateway.Sessions;

/// <summary>Log scope of a call: puts the call's and the tenant's id on every line that is written inside it.</summary>
internal sealed class CallScope(Guid callId, string tenant, string carrierCallId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("CallId", callId),
        1 => new("Tenant", tenant),
        2 => new("CarrierCallId", carrierCallId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"call {callId} tenant {tenant}");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
