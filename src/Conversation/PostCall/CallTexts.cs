using System.Globalization;
using System.Text;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;

namespace Parley.Conversation.PostCall;

/// <summary>What is written about a call in a language: the texts that callers get, and bookings for those who read of the call.</summary>
internal sealed class CallTexts(LanguageFile language)
{
    /// <summary>About two joined GSM-7 segments (3GPP TS 23.040: 153 characters each).</summary>
    private const int MostGsm = 320;

    /// <summary>Four joined segments of UCS-2, which other alphabets need (67 characters each).</summary>
    private const int MostUnicode = 268;

    private const int MostOfMessage = 160;
    private const int MostOfName = 60;

    private readonly bool isGsm = language.Tag is "en" or "es";

    private int Most => isGsm ? MostGsm : MostUnicode;

    /// <summary>The texts of a language; English where there are none.</summary>
    public static CallTexts Of(string tag) => new(LanguageFile.OrEnglish(tag));

    /// <summary>What was agreed, for the caller.</summary>
    public string Recap(string business, CallFacts facts, CallFacts? calledOff) => Body(business, Recap(facts, calledOff));

    /// <summary>The page of the reservation; a link cut short leads nowhere: the words give way to it.</summary>
    public string Link(string business, string link)
    {
        var text = Body(business, Text("TextLink"));
        return text.Length + 1 + link.Length <= Most ? $"{text.TrimEnd()} {link}" : link;
    }

    /// <summary>"4 people on Sun, Nov 22 at 7:30 PM".</summary>
    public string Booking(CallFacts facts)
    {
        var what = facts switch
        {
            { Nights: { } nights } => $"{Room(facts)}, {Counted("TextNights", nights)}",
            { Service: { } service } => service,
            { PartySize: { } size } => Counted("TextPeople", size),
            _ => Text("TextBooking"),
        };
        if (facts is { Nights: not null, RequestedFor: { } arrival })
            return Text("TextFrom", what, arrival.ToString(Text("TextDay"), CultureInfo.InvariantCulture));
        return facts.RequestedFor is { } when ? Text("TextOn", what, Time(when)) : what;
    }

    /// <summary>"Sun, Nov 22 at 7:30 PM".</summary>
    public string Time(DateTime when) => when.ToString(Text("TextTime"), CultureInfo.InvariantCulture);

    /// <summary>The text, or its beginning with three dots.</summary>
    public static string Shorten(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var cut = text.LastIndexOf(' ', length - 4);
        return text[..(cut > length / 2 ? cut : length - 3)] + "...";
    }

    private string Recap(CallFacts facts, CallFacts? calledOff)
    {
        var name = facts.Name is { } whole ? ", " + whole.Split(' ')[0] : "";
        if (calledOff is not null)
            return Text("TextCancelled", name, Booking(calledOff));
        if (facts.Intent == CallIntent.Message)
        {
            var back = facts.CallBackFor is { } at ? Text("TextCallBack", Time(at)) : Text("TextWillCall");
            return facts.Message is { } message && Sent(message).Any(char.IsLetterOrDigit)
                ? Text("TextMessage", name, Shorten(message, MostOfMessage), back)
                : Text("TextCall", name, back);
        }

        return Text(facts.Confirmed ? "TextBooked" : "TextOpen", name, Booking(facts));
    }

    private string Room(CallFacts facts)
    {
        var room = facts.Service ?? Text("TextRoom");
        return facts.PartySize is { } guests ? Text("TextRoomFor", room, Digits(guests)) : room;
    }

    private string Counted(string key, int count)
    {
        var forms = language.Said[key];
        return SpokenTime.Of(language.Tag).Fill(forms[Math.Min(SpokenTime.Of(language.Tag).Plural(count), forms.Length - 1)], Digits(count));
    }

    private static string Digits(int count) => count.ToString(CultureInfo.InvariantCulture);

    private string Text(string key, params object[] values) => SpokenTime.Of(language.Tag).Fill(language.Said[key][0], values);

    private string Body(string business, string text) => Shorten(Sent($"{Shorten(business, MostOfName)}: {text}"), Most);

    private string Sent(string text) => isGsm ? Gsm(text) : text.ReplaceLineEndings(" ");

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
}
