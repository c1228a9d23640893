using System.Globalization;
using System.Text;
using Parley.Conversation.Agents;

namespace Parley.Conversation.PostCall;

/// <summary>Decides what a finished call leaves behind, from its facts alone: the same call always gives the same plan.</summary>
public static class PostCallPlanner
{
    /// <summary>Type of the message that repeats what was agreed.</summary>
    public const string Recap = "recap";

    /// <summary>Type of the message with the reservation's page.</summary>
    public const string ReservationLink = "reservation_link";

    /// <summary>About two joined GSM-7 segments (3GPP TS 23.040: 153 characters each).</summary>
    private const int MaxBodyLength = 320;

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
            _ when IsCalledOff(facts) => $"{who} called off {Booking(CalledOff(facts))}.",
            CallIntent.Booking => $"{who} {(facts.Confirmed ? "booked" : "asked for")} {Booking(facts)}{(facts.Confirmed ? "" : ", not confirmed")}.",
            CallIntent.Message => facts.Message is { } message ? $"{who} left a message: {Shorten(message, 200).TrimEnd('.')}." : $"{who} wanted to leave a message.",
            CallIntent.Person => $"{who} asked to speak to a person.",
            _ => $"{who} had a question that was not answered: {Shorten(facts.Unanswered[0], 200).TrimEnd('.')}.",
        };
        if (facts.CancelledFor is { } off && !IsCalledOff(facts))
            text += $" The booking on {Spoken(off)} was called off.";
        if (facts.CallBackFor is { } at)
            text += $" Wants to be called back from {Spoken(at)} on.";
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
        var drafts = new List<MessageDraft>();
        if (to is null || from is null || to == from || to == call.CalledNumber)
            return drafts;
        if (tenant.Messages.Recap && (facts.Intent is CallIntent.Booking or CallIntent.Message || IsCalledOff(facts)))
            drafts.Add(new MessageDraft(Recap, from, to, Body(tenant.Name, RecapText(facts))));
        if (tenant.Messages.ReservationLink && facts is { Intent: CallIntent.Booking, Confirmed: true } && tenant.Booking?.ReservationLink is { Length: > 0 } link)
            drafts.Add(new MessageDraft(ReservationLink, from, to, LinkBody(tenant.Name, link)));
        return drafts;
    }

    private static string RecapText(CallFacts facts)
    {
        if (IsCalledOff(facts))
            return $"Thank you for your call{Addressed(facts)}. Your booking is cancelled: {Booking(CalledOff(facts))}.";
        if (facts.Intent == CallIntent.Message)
        {
            var back = facts.CallBackFor is { } at ? $"You asked for a call back from {Spoken(at)} on." : "We will get back to you.";
            return facts.Message is { } message && Gsm(message).Any(char.IsLetterOrDigit)
                ? $"Thank you{Addressed(facts)}, we got your message: \"{Shorten(message, 160)}\" {back}"
                : $"Thank you for your call{Addressed(facts)}. {back}";
        }

        return facts.Confirmed
            ? $"Thank you{Addressed(facts)}! You're booked: {Booking(facts)}."
            : $"Thank you for your call{Addressed(facts)}. We noted your wish: {Booking(facts)}. It is not booked yet; call us to complete it.";
    }

    private static string Addressed(CallFacts facts) => facts.Name is { } name ? ", " + name.Split(' ')[0] : "";

    // "a table for 4 on Sun, Nov 22 at 7:30 PM"
    private static string Booking(CallFacts facts)
    {
        var what = facts switch
        {
            { Nights: { } nights } => $"{facts.Service ?? "a room"}{(facts.PartySize is { } guests ? $" for {guests}" : "")}, {nights} night{(nights == 1 ? "" : "s")}",
            { Service: { } service } => service,
            { PartySize: 1 } => "1 person",
            { PartySize: { } size } => $"{size} people",
            _ => "a booking",
        };
        if (facts is { Nights: not null, RequestedFor: { } arrival })
            return $"{what} from {arrival.ToString("ddd, MMM d", CultureInfo.InvariantCulture)}";
        return facts.RequestedFor is { } when ? $"{what} on {Spoken(when)}" : what;
    }

    private static CallFacts CalledOff(CallFacts facts) => facts with { RequestedFor = facts.CancelledFor };

    // "Sun, Nov 22 at 7:30 PM"
    private static string Spoken(DateTime when) => when.ToString("ddd, MMM d 'at' h:mm tt", CultureInfo.InvariantCulture);

    private static string Body(string business, string text)
    {
        var body = Gsm($"{Shorten(business, 60)}: {text}");
        return Shorten(body, MaxBodyLength);
    }

    // A link cut short leads nowhere: the words give way to it.
    private static string LinkBody(string business, string link)
    {
        var text = Body(business, "See or change your booking: ");
        return text.Length + 1 + link.Length <= MaxBodyLength ? $"{text.TrimEnd()} {link}" : link;
    }

    private static string Shorten(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var cut = text.LastIndexOf(' ', length - 4);
        return text[..(cut > length / 2 ? cut : length - 3)] + "...";
    }

    // Characters outside the GSM 7-bit alphabet (3GPP TS 23.038) would more than halve what a message holds.
    private static string Gsm(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormC))
        {
            plain.Append(c switch
            {
                '‘' or '’' or '`' or '´' => "'",
                '“' or '”' or '„' => "\"",
                '–' or '—' => "-",
                '…' => "...",
                '\u00a0' or '\t' or '\r' or '\n' => " ",
                >= ' ' and <= '~' => c.ToString(),
                _ when "£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§äöñüà€¡¿¤ΔΦΓΛΩΠΨΣΘΞ".Contains(c, StringComparison.Ordinal) => c.ToString(),
                _ => WithoutMarks(c),
            });
        }

        return plain.ToString();
    }

    private static string WithoutMarks(char c)
    {
        var bare = c.ToString().Normalize(NormalizationForm.FormD)[0];
        return bare is >= ' ' and <= '~' ? bare.ToString() : "";
    }

    // ITU-T E.164: at most 15 digits, no leading zero.
    private static string? ValidNumber(string? number) =>
        number is ['+', >= '1' and <= '9', ..] && number.Length is >= 9 and <= 16 && number.Skip(1).All(char.IsAsciiDigit) ? number : null;
}
