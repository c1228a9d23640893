using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Which of a tenant's services a caller means.</summary>
internal static class ServiceMatcher
{
    private static readonly HashSet<string> Plain =
    [
        "a", "an", "the", "any", "some", "do", "does", "you", "have", "offer", "sell", "serve", "got", "your", "and", "or", "how", "about", "what", "what's", "much", "is",
        "are", "for", "of", "on", "hi", "hello", "please", "also", "there", "it", "that", "guys", "well", "okay", "ok", "so", "too", "then", "can", "i", "get", "menu", "just", "price",
        "tell", "me", "if", "want", "to", "know", "could",
    ];

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
            .Select(s => (Service: s, Best: Names(s).Select(n => PhraseMatcher.Overlap(said, WithoutKind(n))).MaxBy(o => (o.Count, o.Share))))
            .Where(m => m.Best.Count > 0)
            .ToList();
        if (partial.Count == 0)
            return [];
        var best = partial.Max(m => m.Best.Count);
        return [.. partial.Where(m => m.Best.Count == best).Select(m => m.Service)];
    }

    /// <summary>
    /// Whether a question is about services and nothing more: "do you have tiramisu", but not "do you have gluten free pizza", whose answer
    /// nobody wrote down.
    /// </summary>
    public static bool IsOnlyAbout(Utterance said, IReadOnlyList<Service> found) => said.Tokens.All(t => Plain.Contains(t.Word)
        || found.SelectMany(Names).Any(n => PhraseMatcher.Overlap(Utterance.Of([t]), n).Count > 0));

    /// <summary>"A haircut and a beard trim": all of them in one appointment.</summary>
    public static bool AreWantedTogether(Utterance said, IReadOnlyList<Service> found) => found.Count is 2 or 3
        && said.HasAny("and", "plus", "with", "as well") && !said.Has("or") && found.All(s => Names(s).Any(n => PhraseMatcher.Mentions(said, n)));

    /// <summary>One appointment for all of these.</summary>
    public static Service Together(IReadOnlyList<Service> services) => services.Count == 1 ? services[0] : new Service(
        SpokenTime.English.Join([.. services.Select(s => s.Name)]), null,
        services.All(s => s.DurationMinutes is not null) ? services.Sum(s => s.DurationMinutes) : null, []);

    // "A room for four" is no double room.
    private static string WithoutKind(string name) =>
        string.Join(' ', name.Split(' ').Where(static w => !w.Equals("room", StringComparison.OrdinalIgnoreCase) && !w.Equals("rooms", StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> Names(Service service) => service.Aliases.Prepend(service.Name);
}
