using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>
/// Every wording of the receptionist in a language: the words stand in <c>Languages</c>, how they are put together stands here. Variants are picked by the
/// number of the answer, so that a call can be replayed.
/// </summary>
internal sealed class Phrases
{
    private static readonly FrozenDictionary<string, Phrases> All = LanguageFile.Tags.ToFrozenDictionary(
        static tag => tag, static tag => new Phrases(LanguageFile.Of(tag)!), StringComparer.Ordinal);

    private readonly FrozenDictionary<string, string[]> said;
    private readonly bool isEnglish;

    private Phrases(LanguageFile file)
    {
        said = file.Said;
        isEnglish = file.Tag == "en";
        Spoken = SpokenTime.Of(file.Tag);
    }

    /// <summary>Numbers, times and days in the language.</summary>
    public SpokenTime Spoken { get; }

    public string Apology => Say();

    public string StartAgain => Say();

    public string Sorry => Say();

    public string FineThanks => Say();

    public string GoAhead => Say();

    public string HowToGoOn => Say();

    public string Here => Say();

    public string TakeYourTime => Say();

    public string OrWithKeys => Say();

    public string OrPerson => Say();

    public string WhatToChange => Say();

    public string NoBookings => Say();

    public string WhichWeekendDay => Say();

    public string WhichDayNextWeek => Say();

    public string WhatTimeForLunch => Say();

    public string WhatTimeForDinner => Say();

    public string AskPhone => Say();

    public string BadPhone => Say();

    public string AskMessage => Say();

    public string EmptyMessage => Say();

    public string MessageInstead => Say();

    public string OfferMessage => Say();

    public string MessageDropped => Say();

    public string Fine => Say();

    public string BookingDropped => Say();

    public string NothingBooked => Say();

    public string NobodyAnswered => Say();

    public string NoTransfer => Say();

    public string ExistingBooking => Say();

    public string DontKnow => Say();

    public string NotedQuestion => Say();

    public string CantHelp => Say();

    public string PastTime => Say();

    public string NameAgain => Say();

    public string TimeUp => Say();

    public string OfferBooking => Say();

    public string CanBook => Say();

    public string CanBookNow => Say();

    public string OthersBooking => Say();

    public string Taken => Say();

    public string NightsTaken => Say();

    public string NothingFree => Say();

    public string ToolFailed => Say();

    public string NoBookingFound => Say();

    public string BookingCancelled => Say();

    public string BookingKept => Say();

    public string AskNights => Say();

    public string AskArrival => Say();

    public string OnlyThisLanguage => Say();

    public string CantSpeak => Say();

    public string NoMoreToday => Say();

    public string WouldThatSuit => Say();

    public string ClosedNow => Say();

    public string YesWeDo => Say();

    public string ThankYou => Say();

    /// <summary>The wording of a language; English for one that there is none of.</summary>
    public static Phrases Of(string language) => All[LanguageFile.OrEnglish(language).Tag];

    public string AnythingElse(int turn) => Say([], turn);

    public string YesWhat(int turn) => Say([], turn);

    public string Hello(int turn) => Say([], turn);

    public string Welcome(int turn) => Say([], turn);

    public string Goodbye(Tenant tenant, int turn) => Say([tenant.Name], turn);

    public string SilentGoodbye(Tenant tenant) => Say([tenant.Name]);

    public string StillThere(int times) => Say([], times == 1 ? 0 : 1);

    public string NotUnderstood(int times, int turn) => times == 1 ? Say([], turn) : Say([], turn, "StillNotUnderstood");

    public string DidNotFit(int turn) => Say([], turn);

    public string CanDo(Tenant tenant) => Say([], 0, (tenant.Booking is null, tenant.Departments.Count == 0) switch
    {
        (false, false) => "CanBookAndConnect",
        (false, true) => "CanOnlyBook",
        (true, false) => "CanOnlyConnect",
        _ => "CanOnlyAnswer",
    });

    public string WhoIAm(Tenant tenant) => Say([tenant.Name]);

    public string ThisIs(Tenant tenant) => Say([tenant.Name]);

    public string ThisIsNot(Tenant tenant) => Say([tenant.Name]);

    /// <summary>"It is one", and "they are seven", where a language says it so.</summary>
    public string TimeNow(LocalDateTime now) => Say([now.TimeOfDay, Spoken.Weekday(now.DayOfWeek), Spoken.Date(now.Date)], now.Hour % 12 == 1 ? 0 : 1);

    // Booking

    public string AskParty(bool isHotel, int turn) => isHotel ? Say([], 0, "AskGuests") : Say([], turn);

    public string AskService(IReadOnlyList<Service> services) => $"{Say([], 0, "WhichService")} {Offering(services, 4)}";

    public string ChooseService(IReadOnlyList<Service> services) => Say([Spoken.JoinOr([.. services.Take(3).Select(static s => s.Name)])]);

    public string AskWhen(int turn) => Say([], turn);

    public string AskTime(LocalDate day, LocalDate today, DayPart part)
    {
        var when = day == today && part is DayPart.Evening or DayPart.Night ? Say([], 0, "Tonight")
            : part == DayPart.None ? Spoken.OnDay(day, today)
            : Say([Spoken.OnDay(day, today)], day == today ? 0 : day == today.PlusDays(1) ? 1 : 2,
                part switch { DayPart.Morning => "Morning", DayPart.Afternoon => "Afternoon", _ => "Evening" });
        return Say([when]);
    }

    public string AskHalf(LocalTime time) => time.Hour == 0 ? Say([], 0, "NoonOrMidnight")
        : Say([Spoken.Clock(time)], 0, time.Hour + 12 < 17 ? "MorningOrAfternoon" : "MorningOrEvening");

    public string AskName(int turn) => Say([], turn);

    public string AskCallerName(int turn) => Say([], turn);

    public string Acknowledge(int turn) => Say([], turn);

    public string Changed(int turn) => Say([], turn);

    public string ThankYouName(string name) => Say([FirstName(name)]);

    /// <summary>"a table for four, tomorrow, Sunday, at seven thirty in the evening".</summary>
    public string Wish(Tenant tenant, CallFacts facts, LocalDate today)
    {
        var what = tenant.Kind switch
        {
            BusinessKind.Restaurant => facts.PartySize is { } n ? Say([n], 0, "TableFor") : Say([], 0, "Table"),
            BusinessKind.Hotel => (facts.Service is { } s ? WithArticle(s) : Say([], 0, "Room")) + (facts.PartySize is { } n ? " " + Say([n], 0, "ForGuests") : ""),
            _ => facts.Service is { } s ? WithArticle(s) : Say([], 0, "Appointment"),
        };
        if (tenant.Kind == BusinessKind.Hotel)
            return what + Stay(facts, today);
        return facts.RequestedFor is { } when ? $"{what}, {Moment(LocalDateTime.FromDateTime(when), today)}" : what;
    }

    /// <summary>"on Friday, December fourth, at seven in the evening".</summary>
    public string Moment(LocalDateTime when, LocalDate today) => Say([Spoken.OnWholeDay(when.Date, today), when.TimeOfDay]);

    public string ReadBack(string wish, string name, string? phone) => phone is null ? Say([wish, name]) : Say([wish, name, phone], 0, "ReadBackNumber");

    public string Booked(string name) => name.Length == 0 ? Say() : Say([FirstName(name)], 0, "BookedFor");

    public string TextFollows(int turn) => Say([], turn);

    public string TooLarge(Tenant tenant, int max) => Say([max], Spoken.Plural(max), tenant.Kind == BusinessKind.Hotel ? "RoomTooLarge" : "TableTooLarge");

    public string TooSoon(int minutes) => minutes % 1440 == 0 && minutes > 0 ? Say([minutes / 1440], Spoken.Plural(minutes / 1440), "NoticeDays")
        : minutes % 60 == 0 && minutes > 0 ? Say([minutes / 60], Spoken.Plural(minutes / 60), "NoticeHours")
        : Say([minutes], Spoken.Plural(minutes), "NoticeMinutes");

    public string TooFar(int days) => Say([days], Spoken.Plural(days));

    public string ClosedOn(LocalDate day, LocalDate today) => Say([Spoken.OnDay(day, today)]);

    public string NextOpen(LocalDate day, LocalDate today) => Say([Spoken.Day(day, today)]);

    public string OtherDay(int turn) => Say([], turn);

    public string OtherTime(int turn) => Say([], turn);

    public string OutsideHours(Tenant tenant, LocalDate day, LocalDate today) => Say([HoursOn(tenant, day, today)]);

    public string LastBooking(LocalTime last) => Say([last]);

    public string OfferTime(LocalTime time) => Say([time], 0, "Offer");

    public string OfferFree(IReadOnlyList<LocalDateTime> free, LocalDate today)
    {
        var times = free.All(f => f.Date == free[0].Date)
            ? Say([Spoken.OnDay(free[0].Date, today), Spoken.JoinOr([.. free.Select(f => Spoken.Time(f.TimeOfDay))])], 0, "AtTimes")
            : Spoken.JoinOr([.. free.Select(f => Moment(f, today))]);
        return Say([times], free.Count == 1 ? 0 : 1, "Offer");
    }

    /// <summary>Guests of a hotel come on a day; the hour goes without saying.</summary>
    public string OfferNights(IReadOnlyList<LocalDateTime> free, LocalDate today) =>
        Say([Spoken.JoinOr([.. free.Select(f => Spoken.Day(f.Date, today))])], free.Count == 1 ? 0 : 1);

    public string YouHave(LocalDateTime when, LocalDate today) => Say([Moment(when, today)]);

    public string AskCancel(LocalDateTime when, LocalDate today) => $"{YouHave(when, today)} {Say()}";

    public string WhichBooking(IReadOnlyList<LocalDateTime> when, LocalDate today) => Say([Spoken.Join([.. when.Take(4).Select(w => Moment(w, today))])]);

    public string WrongWeekday(LocalDate date) => Capital(Say([Spoken.Date(date), Spoken.Weekday(date.DayOfWeek)]));

    public string Shifted(LocalDateTime when) => Say([when.TimeOfDay]);

    // Questions about the business

    public string HoursOn(Tenant tenant, LocalDate day, LocalDate today)
    {
        var spans = tenant.Hours.On(day).ToList();
        if (spans.Count == 0)
            return Say([DayAsked(day, today)], 0, "ClosedDay");
        var when = DayAsked(day, today);
        return Say([when.Contains(',', StringComparison.Ordinal) ? when + "," : when, Spoken.Spans(spans)], 0, "OpenDay");
    }

    public string Hours(Tenant tenant) => Say([Spoken.Week(tenant.Hours)]);

    public string OpenNow(LocalTime close) => Say([close]);

    public string OpensAt(LocalDate day, LocalTime open, LocalDate today) => Say([Spoken.OnDay(day, today), open]);

    public string OpenAt(LocalDateTime when, bool open, LocalDate today) =>
        Say([Spoken.OnDay(when.Date, today), when.TimeOfDay], 0, open ? "OpenThen" : "NotOpenThen");

    public string Address(string address) => Say([address.TrimEnd('.')]);

    public string Number(string spoken) => Say([spoken], 0, "OurNumber");

    public string Services(Tenant tenant) => Offering(tenant.Services, 6);

    public string Price(Service service) => service.Price is null ? Say([service.Name], 0, "NoPrice") : Capital(PriceOf(service) + ".");

    public string WhichPrice(IReadOnlyList<Service> services)
    {
        var prices = Spoken.Join([.. services.Take(3).Select(PriceOf)]);
        return Capital((services.Count > 3 ? Say([prices], 0, "ForExample") : prices) + ".");
    }

    // Goods: what kind is "in Bred, size ten", and may be empty.

    public string GoodsOther(string product) => Say([product]);

    public string GoodsInstead(string kind, string? price) => Neat(Say([kind, GoodsFor(price)]));

    public string GoodsSoldOut(string product, string kind) => Neat(Say([product, kind]));

    public string GoodsPrice(string product, string kind, string price) => Neat(Say([product, kind, price]));

    public string GoodsPrices(string product, string least, string most) => Neat(Say([product, least, most]));

    public string GoodsYes(string product, string kind, string? price) => Neat(Say([product, kind, GoodsFor(price)]));

    public string GoodsYesPrices(string product, string kind, string least, string most) => Neat(Say([product, kind, least, most]));

    public string GoodsKind(string variant, string size) => (variant.Length, size.Length) switch
    {
        (0, 0) => "",
        (_, 0) => Say([variant], 0, "GoodsIn"),
        (0, _) => Say([size], 0, "GoodsInSize"),
        _ => Say([variant, size], 0, "GoodsInBoth"),
    };

    public string GoodsSize(int whole, bool half) => Say([whole], 0, half ? "GoodsHalfSize" : "GoodsSize");

    public string GoodsLeft(int? left) => left is { } count ? Say([count], Spoken.Plural(count)) : Say([], 0, "GoodsFewLeft");

    // Person and message

    public string OfferTransfer(Department department) => Say([department.Name]);

    public string AskTransfer(Department department) => Say([department.Name]);

    public string Connecting(Department department) => Say([department.Name]);

    public string MessageTaken(string? name) => name is null ? Say() : Say([FirstName(name)], 0, "MessageTakenFrom");

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    // ", from Friday, December fourth, for three nights"
    private string Stay(CallFacts facts, LocalDate today)
    {
        var from = facts.RequestedFor is { } arrival ? ", " + Say([Spoken.Day(LocalDateTime.FromDateTime(arrival).Date, today)], 0, "FromDay") : "";
        return from + (facts.Nights is { } nights ? ", " + Say([nights], Spoken.Plural(nights), "ForNights") : "");
    }

    // A caller who asked about Sunday wants to hear "Sunday", also when that is tomorrow.
    private string DayAsked(LocalDate day, LocalDate today) => day == today.PlusDays(1) ? Spoken.Day(day, today) : Spoken.OnDay(day, today);

    private string Offering(IReadOnlyList<Service> services, int most) =>
        Say([Spoken.Join([.. services.Take(most).Select(static s => s.Name)])], 0, services.Count > most ? "WeOfferMore" : "WeOffer");

    private string PriceOf(Service service) => Say([isEnglish ? The(service.Name) : service.Name, service.Price!], 0, "PriceIs");

    private string GoodsFor(string? price) => price is null ? "" : Say([price]);

    // Where nothing was filled in, no blanks are left.
    private static string Neat(string text) => Capital(text.Replace("  ", " ", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal)
        .Replace(" :", ":", StringComparison.Ordinal).Replace(" .", ".", StringComparison.Ordinal));

    /// <summary>The words of a key, filled in; the key is the member's name.</summary>
    private string Say(object[]? values = null, int variant = 0, [CallerMemberName] string key = "")
    {
        var variants = said[key];
        return Spoken.Fill(variants[variant % variants.Length], values ?? []);
    }

    private static string FirstName(string name) => name.Split(' ')[0];

    private static string The(string name) => name.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? name : "the " + name;

    private string WithArticle(string name) =>
        !isEnglish || name.StartsWith("a ", StringComparison.OrdinalIgnoreCase) || name.StartsWith("the ", StringComparison.OrdinalIgnoreCase) || name.EndsWith('s')
            ? name : ("aeiou".Contains(char.ToLowerInvariant(name[0]), StringComparison.Ordinal) ? "an " : "a ") + name;
}
