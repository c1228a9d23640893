using Parley.Conversation.Agents;

namespace Parley.Conversation.PostCall;

/// <summary>Decides what a finished call leaves behind, from its facts alone: the same call always gives the same plan.</summary>
public static class PostCallPlanner
{
    /// <summary>Type of the message that repeats what was agreed.</summary>
    public const string Recap = "recap";

    /// <summary>Type of the message with the reservation's page.</summary>
    public const string ReservationLink = "reservation_link";

    // Owners read of their calls in English.
    private static readonly CallTexts English = CallTexts.Of("en");

    /// <summary>Makes the lead and the text messages of a call.</summary>
    public static PostCallPlan Plan(FinishedCall call)
    {
        var facts = call.Facts;
        if (!IsLead(facts))
            return new PostCallPlan(null, []);
        var phone = ValidNumber(facts.Phone) ?? ValidNumber(call.CallerNumber);
        var calledOff = IsCalledOff(facts);
        var lead = new LeadDraft
        {
            Intent = calledOff ? CallIntent.Booking : facts.Intent,
            Status = facts.Confirmed ? "confirmed" : calledOff && facts.Message is null && facts.Unanswered.Count == 0 ? "cancelled" : "open",
            Name = facts.Name,
            Phone = phone,
            PartySize = facts.PartySize,
            Service = facts.Service,
            RequestedFor = calledOff ? facts.CancelledFor : facts.RequestedFor,
            CallBackFor = facts.CallBackFor,
            Note = Note(facts),
            Summary = Summary(facts),
        };
        return new PostCallPlan(lead, Messages(call, phone));
    }

    // A booking was called off, and no other one wished for in its stead.
    private static bool IsCalledOff(CallFacts facts) =>
        facts is { CancelledFor: not null, Confirmed: false, RequestedFor: null } and not { Intent: CallIntent.Message or CallIntent.Person };

    private static bool IsLead(CallFacts facts) => IsCalledOff(facts) || facts.Intent switch
    {
        CallIntent.Booking => facts.Confirmed || facts.RequestedFor is not null || facts.Name is not null || facts.PartySize is not null
            || facts.Message is not null,
        CallIntent.Message => facts.Message is not null || facts.Name is not null,
        CallIntent.Person => true,
        CallIntent.Question => facts.Unanswered.Count > 0,
        _ => false,
    };

    private static string? Note(CallFacts facts)
    {
        var questions = facts.Unanswered.Count > 0 ? "Unanswered: " + string.Join(" / ", facts.Unanswered) : null;
        return (facts.Message, questions) switch
        {
            (null, _) => questions,
            (var message, null) => message,
            var (message, open) => $"{message}\n{open}",
        };
    }

    private static string Summary(CallFacts facts)
    {
        var who = facts.Name ?? "A caller";
        var text = facts.Intent switch
        {
            _ when IsCalledOff(facts) => $"{who} called off {English.Booking(CalledOff(facts))}.",
            CallIntent.Booking => $"{who} {(facts.Confirmed ? "booked" : "asked for")} {English.Booking(facts)}{(facts.Confirmed ? "" : ", not confirmed")}.",
            CallIntent.Message => facts.Message is { } message ? $"{who} left a message: {CallTexts.Shorten(message, 200).TrimEnd('.')}." : $"{who} wanted to leave a message.",
            CallIntent.Person => $"{who} asked to speak to a person.",
            _ => $"{who} had a question that was not answered: {CallTexts.Shorten(facts.Unanswered[0], 200).TrimEnd('.')}.",
        };
        if (facts.CancelledFor is { } off && !IsCalledOff(facts))
            text += $" The booking on {English.Time(off)} was called off.";
        if (facts.CallBackFor is { } at)
            text += $" Wants to be called back from {English.Time(at)} on.";
        if (facts.Intent != CallIntent.Message && facts.Message is not null)
            text += " There is a message too.";
        else if (facts.Intent != CallIntent.Question && facts.Unanswered.Count > 0)
            text += facts.Unanswered.Count == 1 ? " One question is open." : $" {facts.Unanswered.Count} questions are open.";
        return text;
    }

    private static List<MessageDraft> Messages(FinishedCall call, string? to)
    {
        var (tenant, facts) = (call.Tenant, call.Facts);
        var from = ValidNumber(tenant.Messages.From) ?? ValidNumber(call.CalledNumber);
        var texts = CallTexts.Of(tenant.Language);
        var drafts = new List<MessageDraft>();
        if (to is null || from is null || to == from || to == call.CalledNumber)
            return drafts;
        if (tenant.Messages.Recap && (facts.Intent is CallIntent.Booking or CallIntent.Message || IsCalledOff(facts)))
            drafts.Add(new MessageDraft(Recap, from, to, texts.Recap(tenant.Name, facts, IsCalledOff(facts) ? CalledOff(facts) : null)));
        if (tenant.Messages.ReservationLink && facts is { Intent: CallIntent.Booking, Confirmed: true } && tenant.Booking?.ReservationLink is { Length: > 0 } link)
            drafts.Add(new MessageDraft(ReservationLink, from, to, texts.Link(tenant.Name, link)));
        return drafts;
    }

    private static CallFacts CalledOff(CallFacts facts) => facts with { RequestedFor = facts.CancelledFor };

    // ITU-T E.164: at most 15 digits, no leading zero.
    private static string? ValidNumber(string? number) =>
        number is ['+', >= '1' and <= '9', ..] && number.Length is >= 9 and <= 16 && number.Skip(1).All(char.IsAsciiDigit) ? number : null;
}
