using System.Globalization;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Escalations;

/// <summary>
/// Says in a few words what a call is about: for the person who is to take it over, spoken, and for staff. Made of what is known alone, in the
/// tenant's language.
/// </summary>
public static class CallSummary
{
    private const int MostQuotedChars = 160;

    private const int FewChars = 30;

    /// <summary>A call so far, with what is known of the caller's wish.</summary>
    public static string Of(AgentRequest request, CallFacts facts)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(request.Call, facts, request.History, request.Trigger);
    }

    /// <inheritdoc cref="Of(AgentRequest, CallFacts)"/>
    public static string Of(CallContext call, CallFacts facts, IReadOnlyList<HistoryEntry> history, AgentTrigger trigger)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(history);
        var language = call.Tenant.Language.Split('-')[0].ToLowerInvariant();
        List<string> parts = [Opening(language, facts.Name ?? (call.Caller is { IsCompletedSuccessfully: true, Result: var known } ? known?.Name : null))];
        if (Booking(facts) is { } booking)
            parts.Add(About(language, booking));
        if (facts.CallBackFor is { } back)
            parts.Add(CallBack(language, back.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
        if ((facts.Message ?? LastWords(history, trigger)) is { } words)
            parts.Add(Said(language, words.Length <= MostQuotedChars ? words : words[..MostQuotedChars] + "..."));
        return string.Join(' ', parts);
    }

    /// <summary>What the caller said last; a few words ("Yes, please.") mean nothing without those before.</summary>
    private static string? LastWords(IReadOnlyList<HistoryEntry> history, AgentTrigger trigger)
    {
        var before = history.Where(static h => h.Speaker == Speaker.Caller).Select(static h => h.Text).ToList();
        // The turn that is answered may be in the history already.
        if (trigger is AgentTrigger.CallerSaid { Text: var now } && before.LastOrDefault() != now)
            before.Add(now);
        return before is [.., var last] ? last.Length >= FewChars || before is not [.., var earlier, _] ? last : $"{earlier} {last}" : null;
    }

    private static string? Booking(CallFacts facts)
    {
        if (facts.Intent != CallIntent.Booking && facts.RequestedFor is null)
            return null;
        string?[] details =
        [
            facts.Service, facts.PartySize?.ToString(CultureInfo.InvariantCulture),
            facts.RequestedFor?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        ];
        return string.Join(", ", details.OfType<string>());
    }

    private static string Opening(string language, string? name) => (language, name) switch
    {
        ("es", null) => "Una llamada.",
        ("es", _) => $"Una llamada de {name}.",
        ("ru", null) => "Звонок.",
        ("ru", _) => $"Звонок, {name}.",
        ("he", null) => "שיחה.",
        ("he", _) => $"שיחה מאת {name}.",
        (_, null) => "A caller.",
        _ => $"A call from {name}.",
    };

    private static string About(string language, string booking) => language switch
    {
        "es" => booking.Length == 0 ? "Reserva." : $"Reserva: {booking}.",
        "ru" => booking.Length == 0 ? "Бронирование." : $"Бронирование: {booking}.",
        "he" => booking.Length == 0 ? "הזמנה." : $"הזמנה: {booking}.",
        _ => booking.Length == 0 ? "About a booking." : $"About a booking: {booking}.",
    };

    private static string CallBack(string language, string from) => language switch
    {
        "es" => $"Quiere que le llamen a partir de: {from}.",
        "ru" => $"Просит перезвонить не раньше: {from}.",
        "he" => $"לחזור אליו החל מ: {from}.",
        _ => $"Wants to be called back from {from} on.",
    };

    private static string Said(string language, string words) => language switch
    {
        "es" => $"Dijo: {words}",
        "ru" => $"Сказано: {words}",
        "he" => $"נאמר: {words}",
        _ => $"They said: {words}",
    };
}
