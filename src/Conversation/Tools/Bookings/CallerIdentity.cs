namespace Parley.Conversation.Tools.Bookings;

/// <summary>Whose bookings may be seen and changed: those made from or for the number that calls, or those whose number and name the caller knows.</summary>
/// <param name="CallerNumber">Who calls, E.164; null when withheld.</param>
/// <param name="Phone">A number that the caller says, E.164.</param>
/// <param name="Name">A name that the caller says.</param>
public sealed record CallerIdentity(string? CallerNumber, string? Phone = null, string? Name = null)
{
    /// <summary>Whether a booking is this caller's.</summary>
    public bool Owns(string? bookedName, string? bookedPhone, string? bookedFrom)
    {
        if (CallerNumber is { Length: > 0 } && (CallerNumber == bookedPhone || CallerNumber == bookedFrom))
            return true;
        if (Phone is null || Phone != bookedPhone)
            return false;
        var said = Words(Name);
        return said.Count > 0 && said.IsSubsetOf(Words(bookedName));
    }

    private static HashSet<string> Words(string? name) => [.. string.Concat((name ?? "").ToUpperInvariant()
        .Select(static c => char.IsLetter(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
