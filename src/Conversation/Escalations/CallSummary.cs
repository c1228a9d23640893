using System.Globalization;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;

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
        var language = LanguageFile.OrEnglish(call.Tenant.Language);
        List<string> parts = [Say(language, "SummaryCall", facts.Name ?? (call.Caller is { IsCompletedSuccessfully: true, Result: var known } ? known?.Name : null))];
        if (Booking(facts) is { } booking)
            parts.Add(Say(language, "SummaryBooking", booking.Length == 0 ? null : booking));
        if (facts.CallBackFor is { } back)
            parts.Add(Say(language, "SummaryCallBack", back.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
        if ((facts.Message ?? LastWords(history, trigger)) is { } words)
            parts.Add(Say(language, "SummarySaid", words.Length <= MostQuotedChars ? words : words[..MostQuotedChars] + "..."));
        return string.Join(' ', parts);
    }

    /// <summary>Asks the one who was rung to take the call with a key.</summary>
    /// <param name="language">BCP 47; English where there is no wording for it.</param>
    public static string PressOne(string language)
    {
        ArgumentNullException.ThrowIfNull(language);
        return Say(LanguageFile.OrEnglish(language), "SummaryPressOne", null);
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

    // The first of two wordings is for what is not known.
    private static string Say(LanguageFile language, string key, string? value)
    {
        var texts = language.Said[key];
        return value is null ? texts[0] : SpokenTime.Of(language.Tag).Fill(texts[^1], value);
    }
}
