using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Which of a tenant's services a caller means.</summary>
internal static class ServiceMatcher
{
    /// <summary>The services that fit best: one when it is clear, several when what was said fits them alike, none.</summary>
    public static IReadOnlyList<Service> Find(Utterance said, IReadOnlyList<Service> services)
    {
        var whole = services
            .Select(s => (Service: s, Name: Names(s).Where(n => PhraseMatcher.Mentions(said, n)).MaxBy(n => n.Length)))
            .Where(m => m.Name is not null)
            .ToList();
        // "kids haircut" mentions "haircut" only as a part of itself.
        if (whole.Count > 0)
            return [.. whole.Where(m => !whole.Any(o => o.Name!.Length > m.Name!.Length && o.Name.Contains(m.Name, StringComparison.OrdinalIgnoreCase))).Select(m => m.Service)];
        var partial = services
            .Select(s => (Service: s, Best: Names(s).Select(n => PhraseMatcher.Overlap(said, n)).MaxBy(o => (o.Count, o.Share))))
            .Where(m => m.Best.Count > 0)
            .ToList();
        if (partial.Count == 0)
            return [];
        var best = partial.Max(m => m.Best.Count);
        return [.. partial.Where(m => m.Best.Count == best).Select(m => m.Service)];
    }

    private static IEnumerable<string> Names(Service service) => service.Aliases.Prepend(service.Name);
}
