using System.Globalization;
using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.PostCall;

/// <summary>Analyses calls without a model: from what the agent noted, how the call ended, and the words of <see cref="CallerMood"/>.</summary>
public sealed class RuleAnalyst : ICallAnalyst
{
    /// <summary>As it stands with an analysis.</summary>
    public const string Name = "rules";

    /// <inheritdoc/>
    public Task<CallAnalysis> AnalyseAsync(AnalysisInput call, CancellationToken cancellationToken) => Task.FromResult(Analyse(call));

    /// <summary>The same call always gives the same analysis.</summary>
    public static CallAnalysis Analyse(AnalysisInput call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var outcome = Outcome(call);
        return new CallAnalysis
        {
            Intent = call.Facts.Intent,
            Outcome = outcome,
            Sentiment = Feeling(call, outcome),
            Summary = Summary(call, outcome),
            Successful = outcome is CallOutcomeKind.Booked or CallOutcomeKind.MessageTaken or CallOutcomeKind.Transferred or CallOutcomeKind.Answered
                or CallOutcomeKind.Cancelled,
            Fields = Noted(call.Facts),
            MadeBy = Name,
        };
    }

    /// <summary>What the agent noted, as fields.</summary>
    internal static Dictionary<string, string> Noted(CallFacts facts)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("name", facts.Name);
        Add("phone", facts.Phone);
        Add("party_size", facts.PartySize?.ToString(CultureInfo.InvariantCulture));
        Add("service", facts.Service);
        Add("requested_for", facts.RequestedFor?.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        Add("cancelled_for", facts.CancelledFor?.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        Add("call_back_for", facts.CallBackFor?.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        Add("message", facts.Message);
        return fields;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
                fields[name] = value;
        }
    }

    /// <summary>What nobody's opinion changes: how the call ended, and what was agreed.</summary>
    internal static CallOutcomeKind Outcome(AnalysisInput call) => call switch
    {
        { Facts: { Intent: CallIntent.Booking, Confirmed: true } } => CallOutcomeKind.Booked,
        { EndReason: CallEndReason.Transferred } => CallOutcomeKind.Transferred,
        { Facts.Message: not null } => CallOutcomeKind.MessageTaken,
        { Facts: { CancelledFor: not null, RequestedFor: null, Unanswered.Count: 0 } } => CallOutcomeKind.Cancelled,
        { EndReason: CallEndReason.AgentFailed or CallEndReason.ProtocolError or CallEndReason.Unauthorized } => CallOutcomeKind.Failed,
        _ when !call.History.Any(static h => h.Speaker == Speaker.Caller) => CallOutcomeKind.Abandoned,
        { Facts.Unanswered.Count: > 0 } => CallOutcomeKind.Open,
        { Facts: { Intent: CallIntent.Booking or CallIntent.Message or CallIntent.Person } } => CallOutcomeKind.Open,
        { Facts.Topics.Count: > 0 } or { Facts.Intent: CallIntent.Question } => CallOutcomeKind.Answered,
        _ => CallOutcomeKind.Open,
    };

    /// <summary>Whether somebody should look at the call, however the caller felt.</summary>
    internal static bool NeedsAttention(AnalysisInput call, CallOutcomeKind outcome) =>
        outcome == CallOutcomeKind.Failed
        || call.Facts.Unanswered.Count > 0
        || call.Escalations.Any(static reason => reason is EscalationReason.AgentFailed or EscalationReason.ToolFailure or EscalationReason.LowConfidence
            or EscalationReason.RepeatedMisunderstanding)
        || (outcome == CallOutcomeKind.Open && call.Facts.Intent is CallIntent.Booking or CallIntent.Person);

    private static Sentiment Feeling(AnalysisInput call, CallOutcomeKind outcome)
    {
        string[] said = [.. call.History.Where(static h => h.Speaker == Speaker.Caller).Select(static h => h.Text)];
        if (call.Escalations.Contains(EscalationReason.Anger) || CallerMood.WasAngry(said))
            return Sentiment.Negative;
        if (NeedsAttention(call, outcome) || CallerMood.WasMisunderstood(said))
            return Sentiment.NeedsAttention;
        return said.Any(CallerMood.IsPleased) ? Sentiment.Positive : Sentiment.Neutral;
    }

    private static string Summary(AnalysisInput call, CallOutcomeKind outcome)
    {
        if (PostCallPlanner.Plan(new FinishedCall(call.Tenant, call.CallerNumber, "", call.StartedAt, call.Facts, call.History)).Lead is { } lead)
            return outcome == CallOutcomeKind.Transferred ? lead.Summary + " The caller was connected to a person." : lead.Summary;
        return outcome switch
        {
            CallOutcomeKind.Answered when call.Facts.Topics.Count > 0 => $"A caller asked about {string.Join(", ", call.Facts.Topics)}.",
            CallOutcomeKind.Answered => "A caller had a question, which was answered.",
            CallOutcomeKind.Transferred => "The caller was connected to a person.",
            CallOutcomeKind.Abandoned => "The caller hung up without a word.",
            CallOutcomeKind.Failed => "The call failed for technical reasons.",
            _ => "The caller left without saying what it was about.",
        };
    }
}
