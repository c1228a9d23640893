namespace Parley.Conversation.Agents.Rules;

/// <summary>
/// Which language a call is in: the tenant's, until the caller surely speaks another one that is known here and that the tenant's features leave on; and back.
/// </summary>
/// <param name="Tag">BCP 47.</param>
/// <param name="Off">The language of the newest words, when it may not be spoken or is not known; null when there is none.</param>
internal readonly record struct CallLanguage(string Tag, string? Off)
{
    // One word may be a name, or a greeting from a journey; a name may hold two, but is not longer.
    private const int LeastWords = 2;
    private const int MostOfName = 4;

    /// <summary>The language of an answer. Of a conversation that somebody else led, all that the caller said counts.</summary>
    public static CallLanguage Of(AgentRequest request)
    {
        var tenant = request.Call.Tenant;
        var languages = new SpokenLanguages(tenant, request.Features);
        var state = request.State as RuleState;
        var now = new CallLanguage(state?.Language ?? tenant.Language, null);
        if (state is null)
        {
            foreach (var entry in request.History)
                now = entry.Speaker == Speaker.Caller ? now.After(entry.Text, LeastWords, tenant.Language, languages) : now;
        }

        now = now with { Off = null };
        return request.Trigger is AgentTrigger.CallerSaid { Text: var text }
            ? now.After(text, state?.Asked == Question.Name ? MostOfName : LeastWords, tenant.Language, languages) : now;
    }

    private CallLanguage After(string words, int least, string own, SpokenLanguages languages)
    {
        if (SpokenLanguages.SpokenIn(words, least) is not { } heard || IsSame(heard, Tag))
            return this with { Off = null };
        if (IsSame(heard, own))
            return new CallLanguage(own, null);
        return languages.Allows(heard) ? new CallLanguage(heard, null) : this with { Off = heard };
    }

    private static bool IsSame(string primary, string tag) => tag.Split('-')[0].Equals(primary, StringComparison.OrdinalIgnoreCase);
}
