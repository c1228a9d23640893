using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Bookings of things that are free or taken: looked up, kept while they are read back, booked, moved and cancelled by the same tools that models have.</summary>
internal static class BookingTools
{
    private const int MostOffered = 3;

    /// <summary>Whether the booking is made by tools; else it is a wish that the staff sees to, such as several services in one.</summary>
    public static bool Books(Turn turn) => turn.Tenant.Booking is { Resources.Count: > 0 }
        && (turn.Facts.Service is not { } service || turn.Tenant.Services.Any(s => s.Name == service))
        && turn.Request.Tools is { } tools && tools.Has("check_availability") && tools.Has("hold_booking") && tools.Has("confirm_booking");

    /// <summary>Goes on when the wished time is free; offers the nearest when it is not.</summary>
    public static void Check(Turn turn, Action whenFree) => turn.Call("check_availability", Wish(turn), result => Settle(turn, result, whenFree));

    /// <summary>Keeps the place for the read-back. A booking of this or an earlier call that is changed keeps its place until the new one is confirmed.</summary>
    public static void Hold(Turn turn, Action whenHeld)
    {
        var wish = Wish(turn);
        if (turn.State.BookedFor is { } before && turn.Request.Tools!.Has("move_booking"))
        {
            wish["booked_for"] = Iso(before);
            turn.Call("move_booking", wish, result => Settle(turn, result, whenHeld));
            return;
        }

        if (turn.Facts.Name is { } name)
            wish["name"] = name;
        if (turn.Facts.Phone is { } phone)
            wish["number"] = phone;
        turn.Call("hold_booking", wish, result => Settle(turn, result, whenHeld));
    }

    /// <summary>Books what is kept.</summary>
    public static void Confirm(Turn turn, Action whenBooked)
    {
        var who = new JsonObject();
        if (turn.Facts.Name is { } name)
            who["name"] = name;
        if (turn.Facts.Phone is { } phone)
            who["number"] = phone;
        turn.Call("confirm_booking", who, result => Settle(turn, result, () =>
        {
            turn.State = turn.State with { BookedFor = turn.Facts.RequestedFor };
            whenBooked();
        }));
    }

    /// <summary>Says what stands in the way, with what is possible instead.</summary>
    private static void Settle(Turn turn, ToolResult result, Action whenDone)
    {
        if (!result.Failed)
        {
            whenDone();
            return;
        }

        turn.Facts = turn.Facts with { Confirmed = false };
        if (result.Data?["refusal"] is not { } refusal)
        {
            Failed(turn);
            return;
        }

        if ((string?)refusal == "too_many_guests")
        {
            turn.Say(turn.Phrases.TooLarge(turn.Tenant, turn.Tenant.Booking!.Resources.Max(static r => r.Capacity)));
            PersonDialogue.Offer(turn, null);
            return;
        }

        List<LocalDateTime> free = [.. (result.Data["alternatives"] as JsonArray ?? []).Select(static one => ToolTime.Read((string?)one ?? "")).OfType<LocalDateTime>().Take(MostOffered)];
        turn.State = turn.State with { Time = null, Offered = null };
        if (free.Count == 0)
        {
            turn.State = turn.State with { Day = null };
            turn.Facts = turn.Facts with { RequestedFor = null };
            turn.Say(turn.Phrases.NothingFree);
            turn.Ask(Question.Day, turn.Phrases.OtherDay(turn.State.Turn));
            return;
        }

        turn.State = turn.State with { Offered = free[0].ToDateTimeUnspecified() };
        turn.Facts = turn.Facts with { RequestedFor = null };
        var isStay = BookingDialogue.IsStay(turn.Tenant);
        turn.Say(isStay ? turn.Phrases.NightsTaken : turn.Phrases.Taken);
        turn.Ask(Question.OfferedTime, isStay ? turn.Phrases.OfferNights(free, turn.Today) : turn.Phrases.OfferFree(free, turn.Today));
    }

    /// <summary>It could not be done: a person is needed.</summary>
    public static void Failed(Turn turn)
    {
        turn.State = turn.State with { Task = RuleTask.None };
        turn.Say(turn.Phrases.ToolFailed);
        PersonDialogue.Offer(turn, null);
    }

    /// <summary>A time as tools read it.</summary>
    public static string Iso(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static JsonObject Wish(Turn turn)
    {
        var wish = new JsonObject();
        if (turn.Facts.RequestedFor is { } when)
            wish["date_time"] = Iso(when);
        if (turn.Facts.PartySize is { } guests)
            wish["guests"] = guests;
        if (turn.Facts.Service is { } service)
            wish["service"] = service;
        if (turn.Facts.Nights is { } nights)
            wish["nights"] = nights;
        return wish;
    }
}
