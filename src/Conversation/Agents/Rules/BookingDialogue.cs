using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Fills a booking's slots in any order, checks them, reads them back and has them confirmed.</summary>
internal static class BookingDialogue
{
    // Where guests are mostly let in from.
    private const int CheckInHour = 15;

    /// <summary>Whether a booking by this tenant is for a number of people; else it is for a service.</summary>
    public static bool IsForParty(Tenant tenant) => tenant.Kind is BusinessKind.Restaurant or BusinessKind.Hotel;

    /// <summary>Whether a booking by this tenant is for nights and not for a time of the day.</summary>
    public static bool IsStay(Tenant tenant) => tenant.Kind == BusinessKind.Hotel;

    /// <summary>Takes over what was said. True when it changed the booking.</summary>
    public static bool Apply(Turn turn, Slots slots)
    {
        var before = turn.State;
        var facts = turn.Facts;
        var state = turn.State;
        if (slots.PartySize is { } party)
            facts = facts with { PartySize = party };
        if (slots.Nights is { } nights)
            facts = facts with { Nights = nights };
        if (slots.Service is { } service)
            facts = facts with { Service = service.Name };
        if (slots.Name is { } name)
            facts = facts with { Name = name };
        if (slots.Phone is { } phone)
        {
            facts = facts with { Phone = phone };
            state = state with { PhoneSettled = true };
        }

        if (slots.When.Day is { } day)
            state = state with { Day = day.ToDateOnly(), Offered = null };
        if (slots.When.Time is { } time)
            state = state with { Time = time.In(slots.When.Part == DayPart.None && state.Time is null ? state.Part : DayPart.None), Offered = null };
        else if (slots.When.Part != DayPart.None && state.Time is { } known)
            state = state with { Time = new ClockTime(known.Hour % 12 == 0 ? 12 : known.Hour % 12, known.Minute, false).In(slots.When.Part) };
        if (slots.When.Part != DayPart.None)
            state = state with { Part = slots.When.Part };
        turn.State = state with { Facts = facts };
        return turn.State != before;
    }

    /// <summary>Asks for what is missing, refuses what cannot be, or reads back.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="slots">What was just said; decides how the next question is worded.</param>
    /// <param name="opening">The words to begin with.</param>
    public static void Continue(Turn turn, Slots slots, string opening)
    {
        turn.Wish(CallIntent.Booking);
        turn.State = turn.State with { Task = RuleTask.Booking, Booked = false };
        turn.Facts = turn.Facts with { Confirmed = false };
        if (!WhoOrWhat(turn, slots, opening) || !When(turn, slots, ref opening))
            return;
        if (IsStay(turn.Tenant) && turn.Facts.Nights is null)
        {
            turn.Say(opening);
            turn.Ask(Question.Nights, turn.Phrases.AskNights);
            return;
        }

        var told = slots.PartySize is not null || slots.Nights is not null || slots.Service is not null || !slots.When.IsEmpty || turn.State.Asked == Question.OfferedTime;
        if (told && BookingTools.Books(turn) && turn.Facts.Name is null)
            BookingTools.Check(turn, () => Rest(turn, slots, opening, told));
        else
            Rest(turn, slots, opening, told);
    }

    // Who it is for, and the read-back.
    private static void Rest(Turn turn, Slots slots, string opening, bool told)
    {
        var wish = turn.Phrases.Wish(turn.Tenant, turn.Facts, turn.Today);
        if (turn.Facts.Name is not { } name)
        {
            turn.Say(opening);
            if (told)
                turn.Say(Phrases.Capital(wish) + ".");
            turn.Ask(Question.Name, turn.Phrases.AskName(turn.State.Turn));
            return;
        }

        var phone = turn.Facts.Phone;
        if (phone is null && turn.Request.Call.CallerNumber is null && !turn.State.PhoneSettled)
        {
            turn.Say(opening);
            turn.Ask(Question.Phone, slots.BadPhone is null ? turn.Phrases.AskPhone : turn.Phrases.BadPhone);
            return;
        }

        if (BookingTools.Books(turn))
            BookingTools.Hold(turn, () => ReadBack(turn, opening, name));
        else
            ReadBack(turn, opening, name);
    }

    private static void ReadBack(Turn turn, string opening, string name)
    {
        var phone = turn.Facts.Phone;
        var wish = turn.Phrases.Wish(turn.Tenant, turn.Facts, turn.Today);
        turn.Say(opening);
        var spoken = phone is null ? null : turn.Phrases.Spoken.Phone(phone, PhoneParser.CountryCode(turn.HomeNumber));
        turn.Ask(Question.Confirm, turn.Phrases.ReadBack(wish, name, spoken));
    }

    /// <summary>The caller agreed to the read-back.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="then">What is said behind it, when it is booked.</param>
    public static void Confirm(Turn turn, Action then)
    {
        if (BookingTools.Books(turn))
            BookingTools.Confirm(turn, () => Confirmed(turn, then));
        else
            Confirmed(turn, then);
    }

    private static void Confirmed(Turn turn, Action then)
    {
        turn.Facts = turn.Facts with { Confirmed = true };
        turn.State = turn.State with { Task = RuleTask.None, Booked = true };
        turn.Say(turn.Phrases.Booked(turn.Facts.Name ?? ""));
        if (turn.Tenant.Messages.Recap && (turn.Facts.Phone ?? turn.Request.Call.CallerNumber) is not null)
            turn.Say(turn.Phrases.TextFollows(turn.State.Turn));
        then();
    }

    /// <summary>Drops the booking; name and number stay known.</summary>
    public static void Drop(Turn turn)
    {
        var intent = turn.Facts.Message is not null ? CallIntent.Message : turn.Facts.Topics.Count > 0 ? CallIntent.Question : CallIntent.None;
        turn.State = turn.State with
        {
            Task = RuleTask.None,
            Booked = false,
            Day = null,
            Time = null,
            Part = DayPart.None,
            Offered = null,
            Facts = turn.Facts with { Intent = intent, PartySize = null, Nights = null, Service = null, RequestedFor = null, Confirmed = false },
        };
    }

    /// <summary>"No, the time is wrong": asks for the piece that was named. False when none was.</summary>
    public static bool AskNamedPiece(Turn turn, Utterance said)
    {
        if (said.HasAny("time", "hour"))
        {
            turn.State = turn.State with { Time = null };
            turn.Ask(Question.Time, turn.Phrases.OtherTime(turn.State.Turn));
        }
        else if (said.HasAny("day", "date"))
        {
            turn.State = turn.State with { Day = null };
            turn.Ask(Question.Day, turn.Phrases.OtherDay(turn.State.Turn));
        }
        else if (said.HasAny("name", "spelling", "spelled"))
            turn.Ask(Question.Name, turn.Phrases.AskName(turn.State.Turn));
        else if (said.HasAny("phone", "telephone", "my number") || (turn.Facts.Phone is not null && said.Has("number") && !said.HasAny("people", "guests", "persons")))
            turn.Ask(Question.Phone, turn.Phrases.AskPhone);
        else if (IsStay(turn.Tenant) && said.HasAny("nights", "night", "long"))
            turn.Ask(Question.Nights, turn.Phrases.AskNights);
        else if (IsForParty(turn.Tenant) && said.HasAny("people", "party", "guests", "persons", "number"))
            turn.Ask(Question.PartySize, turn.Phrases.AskParty(turn.Tenant.Kind == BusinessKind.Hotel, turn.State.Turn));
        else if (!IsForParty(turn.Tenant) && said.HasAny("service", "treatment"))
            turn.Ask(Question.Service, turn.Phrases.AskService(turn.Tenant.Services));
        else
            return false;
        return true;
    }

    private static bool WhoOrWhat(Turn turn, Slots slots, string opening)
    {
        var tenant = turn.Tenant;
        if (IsForParty(tenant))
        {
            if (turn.Facts.PartySize is not { } party)
            {
                turn.Say(opening);
                turn.Ask(Question.PartySize, turn.Phrases.AskParty(tenant.Kind == BusinessKind.Hotel, turn.State.Turn));
                return false;
            }

            if (tenant.Booking is { } rules && party > rules.MaxPartySize)
            {
                turn.Say(turn.Phrases.TooLarge(tenant, rules.MaxPartySize));
                PersonDialogue.Offer(turn, null);
                return false;
            }
        }
        else if (turn.Facts.Service is null && tenant.Services.Count > 0)
        {
            turn.Say(opening);
            turn.Ask(Question.Service,
                slots.ServiceChoices.Count > 1 ? turn.Phrases.ChooseService(slots.ServiceChoices) : turn.Phrases.AskService(tenant.Services));
            return false;
        }

        return true;
    }

    private static bool When(Turn turn, Slots slots, ref string opening)
    {
        var state = turn.State;
        var today = turn.Today;
        var day = state.Day is { } d ? LocalDate.FromDateOnly(d) : (LocalDate?)null;
        if (slots.When.WrongWeekday != IsoDayOfWeek.None && day is { } conflicting)
        {
            turn.State = state with { Day = null };
            turn.Ask(Question.Day, turn.Phrases.WrongWeekday(conflicting));
            return false;
        }

        if (day is null && slots.When.Vague is VagueWhen.Weekend or VagueWhen.NextWeek)
        {
            turn.Say(opening);
            turn.Ask(Question.Day, slots.When.Vague == VagueWhen.Weekend ? turn.Phrases.WhichWeekendDay : turn.Phrases.WhichDayNextWeek);
            return false;
        }

        if (day is null && (state.Time is null || IsStay(turn.Tenant) || turn.State.Asked == Question.Day && slots.When.IsEmpty))
        {
            turn.Say(opening);
            turn.Ask(Question.Day, IsStay(turn.Tenant) ? turn.Phrases.AskArrival : turn.Phrases.AskWhen(state.Turn));
            return false;
        }

        if (day is { } named && turn.Calendar.CheckDay(named) is var whole and not Refusal.None)
        {
            RefuseDay(turn, named, whole);
            return false;
        }

        if (IsStay(turn.Tenant) && state.Time is null && day is { } arrival)
            turn.State = state = state with { Time = CheckIn(turn, arrival) };
        if (state.Time is not { } time)
        {
            turn.Facts = turn.Facts with { RequestedFor = null };
            turn.Say(opening);
            turn.Ask(Question.Time, slots.When.Vague switch
            {
                VagueWhen.Lunch => turn.Phrases.WhatTimeForLunch,
                VagueWhen.Dinner => turn.Phrases.WhatTimeForDinner,
                _ => turn.Phrases.AskTime(day!.Value, today, state.Part),
            });
            return false;
        }

        var prior = turn.Facts.RequestedFor is { } requested ? LocalDateTime.FromDateTime(requested).TimeOfDay : (LocalTime?)null;
        var settled = turn.Calendar.Resolve(day ?? today, time, prior);
        if (day is null && settled.Refusal != Refusal.None)
        {
            // A time alone means today while that can be, else tomorrow; the read-back says which.
            var tomorrow = turn.Calendar.Resolve(today.PlusDays(1), time, prior);
            if (tomorrow.Refusal == Refusal.None)
            {
                settled = tomorrow;
                day = today.PlusDays(1);
            }
        }

        day ??= today;
        turn.State = state with { Day = day.Value.ToDateOnly() };
        turn.Facts = turn.Facts with { RequestedFor = null };
        if (settled.Refusal != Refusal.None)
        {
            RefuseTime(turn, day.Value, settled);
            return false;
        }

        if (settled.IsAmbiguous)
        {
            turn.Say(opening);
            turn.Ask(Question.HalfOfDay, turn.Phrases.AskHalf(new LocalTime(time.Hour % 12, time.Minute)));
            return false;
        }

        if (settled.Shifted)
            opening = turn.Phrases.Shifted(settled.When);
        turn.State = turn.State with { Time = new ClockTime(settled.When.Hour, settled.When.Minute, true) };
        turn.Facts = turn.Facts with { RequestedFor = settled.When.ToDateTimeUnspecified() };
        return true;
    }

    // A guest who comes today comes later than now.
    private static ClockTime CheckIn(Turn turn, LocalDate arrival)
    {
        var from = arrival + new LocalTime(CheckInHour, 0);
        var soon = turn.LocalNow.PlusMinutes((turn.Tenant.Booking?.MinNoticeMinutes ?? 0) + 1);
        var at = soon.Date == arrival && soon > from ? soon : from;
        return new ClockTime(at.Hour, at.Minute, true);
    }

    private static void RefuseDay(Turn turn, LocalDate day, Refusal refusal)
    {
        var (today, rules) = (turn.Today, turn.Tenant.Booking ?? new BookingRules());
        turn.State = turn.State with { Day = null };
        turn.Facts = turn.Facts with { RequestedFor = null };
        turn.Say(refusal switch
        {
            Refusal.ClosedDay => turn.Phrases.ClosedOn(day, today),
            Refusal.TooFar => turn.Phrases.TooFar(rules.MaxDaysAhead),
            Refusal.TooSoon => turn.Phrases.NoMoreToday,
            _ => turn.Phrases.PastTime,
        });
        if (refusal == Refusal.ClosedDay && turn.Calendar.NextOpenDay(day) is { } next)
            turn.Say(turn.Phrases.NextOpen(next, today));
        turn.Ask(Question.Day, turn.Phrases.OtherDay(turn.State.Turn));
    }

    private static void RefuseTime(Turn turn, LocalDate day, Resolution settled)
    {
        var (today, rules) = (turn.Today, turn.Tenant.Booking ?? new BookingRules());
        turn.State = turn.State with { Time = null, Offered = settled.Offer?.ToDateTimeUnspecified() };
        turn.Say(settled.Refusal switch
        {
            Refusal.Past => turn.Phrases.PastTime,
            Refusal.TooSoon => turn.Phrases.TooSoon(rules.MinNoticeMinutes),
            Refusal.TooFar => turn.Phrases.TooFar(rules.MaxDaysAhead),
            Refusal.ClosedDay => turn.Phrases.ClosedOn(day, today),
            Refusal.AfterLastBooking when settled.Offer is { } last => turn.Phrases.LastBooking(last.TimeOfDay),
            _ => turn.Phrases.OutsideHours(turn.Tenant, day, today),
        });
        if (settled.Offer is { } offer)
            turn.Ask(Question.OfferedTime, settled.Refusal == Refusal.AfterLastBooking ? turn.Phrases.WouldThatSuit : turn.Phrases.OfferTime(offer.TimeOfDay));
        else
            turn.Ask(Question.Time, turn.Phrases.OtherTime(turn.State.Turn));
    }
}
