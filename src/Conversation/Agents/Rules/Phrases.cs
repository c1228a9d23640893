using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Every wording of the receptionist, in one place. Variants are picked by the number of the answer, so that a call can be replayed.</summary>
internal static class Phrases
{
    public const string Apology = "I'm sorry, we were cut off for a moment.";
    public const string StartAgain = "I'm sorry, let me start again.";
    public const string Sorry = "I'm sorry about that.";
    public const string FineThanks = "I'm doing well, thank you.";
    public const string GoAhead = "Of course, go ahead.";
    public const string HowToGoOn = "How can I help you?";
    public const string Here = "Yes, I'm here.";
    public const string TakeYourTime = "Of course, take your time.";
    public const string OrWithKeys = "You can also use your keypad, or press zero to speak to a person.";
    public const string OrPerson = "If you'd rather speak to a person, just say so.";
    public const string WhatToChange = "Sorry about that. What should I change?";
    public const string NoBookings = "I'm sorry, we don't take bookings over the phone.";
    public const string WhichWeekendDay = "Would Saturday or Sunday suit you better?";
    public const string WhichDayNextWeek = "Which day next week?";
    public const string WhatTimeForLunch = "What time would you like for lunch?";
    public const string WhatTimeForDinner = "What time would you like for dinner?";
    public const string AskPhone = "What's the best number to reach you on?";
    public const string BadPhone = "I'm sorry, that doesn't seem to be a complete number. Could you say it again, with the area code?";
    public const string AskMessage = "Of course. What would you like me to pass on?";
    public const string EmptyMessage = "Please go ahead, I'm listening.";
    public const string MessageInstead = "Would you like to leave a message instead?";
    public const string OfferMessage = "Shall I take a message for the team?";
    public const string MessageDropped = "Alright, I won't pass anything on.";
    public const string Fine = "Alright.";
    public const string BookingDropped = "No problem, I've dropped that.";
    public const string NothingBooked = "Alright, I haven't booked anything.";
    public const string NobodyAnswered = "I'm sorry, nobody is answering there right now.";

    public const string NoTransfer = "I'm sorry, there's nobody I can connect you with right now.";
    public const string ExistingBooking = "I'm sorry, I can't look into or change earlier bookings myself.";
    public const string DontKnow = "I'm sorry, I don't know that.";
    public const string NotedQuestion = "I'll note your question for the team.";
    public const string CantHelp = "I'm sorry, I can't help with that myself.";
    public const string PastTime = "I'm sorry, that time has already passed.";
    public const string NameAgain = "I'm sorry, I didn't catch the name. Could you say it once more?";
    public const string TimeUp = "I'm sorry, our time is up for this call.";
    public const string WhichService = "Which service would you like?";
    public const string OfferBooking = "Yes, I can take a booking right now. Would you like to make one?";
    public const string CanBook = "I can take a booking right now. Would you like to make one?";
    public const string OthersBooking = "I'm sorry, I can't tell you about other people's bookings.";
    public const string CanBookNow = "But I can take a booking right now. Would you like to make one?";

    public const string Taken = "I'm sorry, that time is taken.";
    public const string NightsTaken = "I'm sorry, not all of those nights are free.";
    public const string NothingFree = "I'm sorry, there is nothing free around that time.";
    public const string ToolFailed = "I'm sorry, that isn't working at the moment.";
    public const string NoBookingFound = "I'm sorry, I couldn't find a booking for you.";
    public const string BookingCancelled = "Alright, I've cancelled it.";
    public const string BookingKept = "Alright, it stays as it is.";

    public const string AskNights = "For how many nights?";
    public const string AskArrival = "From which day on?";
    public const string OnlyEnglish = "I'm sorry, I only speak English.";

    public static string AnythingElse(int turn) => Pick(turn, "Is there anything else I can help you with?", "Is there anything else?", "What else can I do for you?");

    public static string YesWhat(int turn) => Pick(turn, "Sure, what else can I do for you?", "Of course, what is it?");

    public static string Hello(int turn) => Pick(turn, "Hello!", "Hi there.");

    public static string Welcome(int turn) => Pick(turn, "You're welcome.", "My pleasure.");

    public static string Goodbye(Tenant tenant, int turn) =>
        Pick(turn, $"Thank you for calling {tenant.Name}. Goodbye!", "Thanks for calling. Have a lovely day. Goodbye!", $"Thank you for calling {tenant.Name}. Bye!");

    public static string SilentGoodbye(Tenant tenant) => $"I can't hear you, so I'll hang up now. Please call {tenant.Name} again any time. Goodbye!";

    public static string StillThere(int times) => times == 1 ? "Are you still there?" : "Hello? I can't hear you at the moment.";

    public static string NotUnderstood(int times, int turn) => times switch
    {
        1 => Pick(turn, "Sorry, I didn't catch that.", "I'm sorry, could you say that again?"),
        _ => Pick(turn, "I'm sorry, I still didn't get that.", "Sorry, the line isn't very clear."),
    };

    public static string DidNotFit(int turn) => Pick(turn, "Sorry, I didn't quite get that.", "I'm sorry, I didn't follow.");

    public static string CanDo(Tenant tenant) => (tenant.Booking is null, tenant.Departments.Count == 0) switch
    {
        (false, false) => "I can make a booking, answer questions, take a message, or connect you with someone. What would you like?",
        (false, true) => "I can make a booking, answer questions, or take a message. What would you like?",
        (true, false) => "I can answer questions, take a message, or connect you with someone. What would you like?",
        _ => "I can answer questions or take a message. What would you like?",
    };

    public static string WhoIAm(Tenant tenant) => $"I'm the automated receptionist of {tenant.Name}.";

    public static string ThisIs(Tenant tenant) => $"Yes, this is {tenant.Name}.";

    public static string ThisIsNot(Tenant tenant) => $"No, this is {tenant.Name}.";

    public static string TimeNow(LocalDateTime now) => $"It's {SpokenTime.Time(now.TimeOfDay)}, {SpokenTime.Weekday(now.DayOfWeek)}, {SpokenTime.Date(now.Date)}.";

    // Booking

    public static string AskParty(bool isHotel, int turn) => isHotel ? "How many guests will it be?" : Pick(turn, "For how many people?", "How many people will it be?");

    public static string AskService(IReadOnlyList<Service> services) =>
        $"{WhichService} We offer {SpokenTime.Join([.. services.Take(4).Select(s => s.Name)])}{(services.Count > 4 ? ", among others" : "")}.";

    public static string ChooseService(IReadOnlyList<Service> services) => $"Would that be {SpokenTime.Join([.. services.Take(3).Select(s => s.Name)], "or")}?";

    public static string AskWhen(int turn) => Pick(turn, "What day and time would you like?", "For which day and time?");

    public static string AskTime(LocalDate day, LocalDate today, DayPart part)
    {
        var when = day == today && part is DayPart.Evening or DayPart.Night ? "tonight"
            : (SpokenTime.OnDay(day, today), part) switch
            {
                ("today", not DayPart.None) => "this " + Part(part),
                (var on, DayPart.None) => on,
                ("tomorrow", _) => "tomorrow " + Part(part),
                var (on, _) => $"in the {Part(part)} {on}",
            };
        return $"What time {when}?";
    }

    public static string AskHalf(LocalTime time) => time.Hour == 0
        ? "Do you mean noon or midnight?"
        : $"Do you mean {SpokenTime.Clock(time)} in the morning or in the {(time.Hour + 12 < 17 ? "afternoon" : "evening")}?";

    public static string AskName(int turn) => Pick(turn, "May I have your name, please?", "What name should I put it under?");

    public static string AskCallerName(int turn) => Pick(turn, "May I have your name, please?", "And what's your name, please?");

    public static string Acknowledge(int turn) => Pick(turn, "Certainly.", "Of course.", "Sure.");

    public static string Changed(int turn) => Pick(turn, "Alright.", "No problem.", "Sure.");

    /// <summary>"a table for four, tomorrow, Sunday, at seven thirty in the evening".</summary>
    public static string Wish(Tenant tenant, CallFacts facts, LocalDate today)
    {
        var parts = tenant.Kind switch
        {
            BusinessKind.Restaurant => facts.PartySize is { } n ? $"a table for {SpokenTime.Number(n)}" : "a table",
            BusinessKind.Hotel => (facts.Service is { } s ? WithArticle(s) : "a room") + (facts.PartySize is { } n ? " for " + SpokenTime.Number(n) : ""),
            _ => facts.Service is { } s ? WithArticle(s) : "an appointment",
        };
        if (tenant.Kind == BusinessKind.Hotel)
            return parts + Stay(facts, today);
        return facts.RequestedFor is { } when ? $"{parts}, {Moment(LocalDateTime.FromDateTime(when), today)}" : parts;
    }

    public static string Moment(LocalDateTime when, LocalDate today)
    {
        var day = when.Date == today || when.Date == today.PlusDays(1) ? SpokenTime.Day(when.Date, today) : "on " + SpokenTime.Day(when.Date, today);
        return $"{day}, at {SpokenTime.Time(when.TimeOfDay)}";
    }

    // ", from Friday, December fourth, for three nights"
    private static string Stay(CallFacts facts, LocalDate today)
    {
        var from = facts.RequestedFor is { } arrival ? ", from " + SpokenTime.Day(LocalDateTime.FromDateTime(arrival).Date, today) : "";
        return from + (facts.Nights is { } nights ? $", for {SpokenTime.Number(nights)} {(nights == 1 ? "night" : "nights")}" : "");
    }

    public static string ReadBack(string wish, string name, string? phone) => phone is null
        ? $"That's {wish}, under the name {name}. Is that right?"
        : $"That's {wish}, under the name {name}, and your number is {phone}. Is that right?";

    public static string Booked(string name) => name.Length == 0 ? "You're all set." : $"You're all set, {FirstName(name)}.";

    public static string TextFollows(int turn) => Pick(turn, "I'll send you a text message with the details.", "You'll get a text message with the details.");

    public static string TooLarge(Tenant tenant, int max) =>
        $"I'm sorry, I can only book {(tenant.Kind == BusinessKind.Hotel ? "rooms" : "tables")} for up to {SpokenTime.Number(max)} people myself.";

    public static string TooSoon(int minutes) => $"I'm sorry, we need at least {Notice(minutes)} notice.";

    public static string TooFar(int days) => $"I'm sorry, we only take bookings up to {SpokenTime.Number(days)} days ahead.";

    public static string NoMoreToday() => "I'm sorry, it's too late for a booking today.";

    public static string ClosedOn(LocalDate day, LocalDate today) => $"I'm sorry, we're closed {SpokenTime.OnDay(day, today)}.";

    public static string NextOpen(LocalDate day, LocalDate today) => $"The next day we're open is {SpokenTime.Day(day, today)}.";

    public static string OtherDay(int turn) => Pick(turn, "Which other day would suit you?", "What other day would you like?");

    public static string OtherTime(int turn) => Pick(turn, "Which other time would suit you?", "What other time would you like?");

    public static string OutsideHours(Tenant tenant, LocalDate day, LocalDate today) => $"I'm sorry, {HoursOn(tenant, day, today)}";

    public static string LastBooking(LocalTime last) => $"I'm sorry, the last booking that day is at {SpokenTime.Time(last)}.";

    public static string OfferTime(LocalTime time) => $"I could offer you {SpokenTime.Time(time)}. Would that suit you?";

    public static string OfferFree(IReadOnlyList<LocalDateTime> free, LocalDate today)
    {
        var times = free.All(f => f.Date == free[0].Date)
            ? $"{SpokenTime.OnDay(free[0].Date, today)}, at {SpokenTime.Join([.. free.Select(f => SpokenTime.Time(f.TimeOfDay))], "or")}"
            : SpokenTime.Join([.. free.Select(f => Moment(f, today))], "or");
        return free.Count == 1 ? $"I could offer you {times}. Would that suit you?" : $"I could offer you {times}. Would the first one suit you?";
    }

    /// <summary>Guests of a hotel come on a day; the hour goes without saying.</summary>
    public static string OfferNights(IReadOnlyList<LocalDateTime> free, LocalDate today) =>
        $"I could offer you the same from {SpokenTime.Join([.. free.Select(f => SpokenTime.Day(f.Date, today))], "or")}. {(free.Count == 1 ? "Would that suit you?" : "Would the first one suit you?")}";

    public static string YouHave(LocalDateTime when, LocalDate today) => $"You have a booking {Moment(when, today)}.";

    public static string AskCancel(LocalDateTime when, LocalDate today) => $"{YouHave(when, today)} Shall I cancel it?";

    public static string WhichBooking(IReadOnlyList<LocalDateTime> when, LocalDate today) =>
        $"You have several bookings: {SpokenTime.Join([.. when.Take(4).Select(w => Moment(w, today))])}. Which day do you mean?";

    public static string WouldThatSuit => "Would that suit you?";

    public static string WrongWeekday(LocalDate date) => $"{SpokenTime.Date(date)} is a {SpokenTime.Weekday(date.DayOfWeek)}. Which day would you like?";

    public static string Shifted(LocalDateTime when) => $"The clocks go forward that night, so that would be {SpokenTime.Time(when.TimeOfDay)}.";

    // Questions about the business

    public static string HoursOn(Tenant tenant, LocalDate day, LocalDate today)
    {
        var spans = tenant.Hours.On(day).ToList();
        // A caller who asked about Sunday wants to hear "Sunday", also when that is tomorrow.
        var when = day == today.PlusDays(1) ? SpokenTime.Day(day, today) : SpokenTime.OnDay(day, today);
        return spans.Count == 0 ? $"we're closed {when}." : $"{when}{(when.Contains(',', StringComparison.Ordinal) ? "," : "")} we're open {SpokenTime.Spans(spans)}.";
    }

    public static string Hours(Tenant tenant) => $"We're open {SpokenTime.Week(tenant.Hours)}.";

    public static string OpenNow(LocalTime close) => $"Yes, we're open until {SpokenTime.Time(close)}.";

    public static string ClosedNow => "No, we're closed right now.";

    public static string OpensAt(LocalDate day, LocalTime open, LocalDate today) => $"We open {SpokenTime.OnDay(day, today)} at {SpokenTime.Time(open)}.";

    public static string OpenAt(LocalDateTime when, bool open, LocalDate today) => open
        ? $"Yes, we're open {SpokenTime.OnDay(when.Date, today)} at {SpokenTime.Time(when.TimeOfDay)}."
        : $"No, we're not open {SpokenTime.OnDay(when.Date, today)} at {SpokenTime.Time(when.TimeOfDay)}.";

    public static string Address(string address) => $"We're at {address.TrimEnd('.')}.";

    public static string Number(string spoken) => $"Our number is {spoken}.";

    public static string Services(Tenant tenant) =>
        $"We offer {SpokenTime.Join([.. tenant.Services.Take(6).Select(s => s.Name)])}{(tenant.Services.Count > 6 ? ", among others" : "")}.";

    public static string Price(Service service) => service.Price is null
        ? $"I'm sorry, I can't tell you the price of {service.Name} on the phone."
        : Capital($"{The(service.Name)} is {service.Price}.");

    public static string WhichPrice(IReadOnlyList<Service> services) =>
        Capital($"{(services.Count > 3 ? "for example, " : "")}{SpokenTime.Join([.. services.Take(3).Select(s => $"{The(s.Name)} is {s.Price}")])}.");

    public static string YesWeDo => "Yes, we do.";

    // Person and message

    public static string OfferTransfer(Department department) => $"Sure. Shall I put you through to {department.Name} now?";

    public static string Connecting(Department department) => $"I'll connect you with {department.Name}. One moment, please.";

    public static string MessageTaken(string? name) => name is null ? "Thank you, I'll pass that on." : $"Thank you, {FirstName(name)}. I'll pass that on.";

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Notice(int minutes) => minutes % 1440 == 0 && minutes > 0 ? (minutes == 1440 ? "one day's" : $"{SpokenTime.Number(minutes / 1440)} days'")
        : minutes % 60 == 0 && minutes > 0 ? (minutes == 60 ? "one hour's" : $"{SpokenTime.Number(minutes / 60)} hours'")
        : $"{SpokenTime.Number(minutes)} minutes'";

    private static string Part(DayPart part) => part switch
    {
        DayPart.Morning => "morning",
        DayPart.Afternoon => "afternoon",
        _ => "evening",
    };

    private static string FirstName(string name) => name.Split(' ')[0];

    private static string The(string name) => name.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? name : "the " + name;

    private static string WithArticle(string name) =>
        name.StartsWith("a ", StringComparison.OrdinalIgnoreCase) || name.StartsWith("the ", StringComparison.OrdinalIgnoreCase) || name.EndsWith('s')
            ? name : ("aeiou".Contains(char.ToLowerInvariant(name[0]), StringComparison.Ordinal) ? "an " : "a ") + name;

    private static string Pick(int turn, params ReadOnlySpan<string> variants) => variants[turn % variants.Length];
}
