using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents.Rules;

/// <summary>What a caller has booked before: told, moved, or cancelled once it was read back and agreed.</summary>
internal static class OwnBookings
{
    private static readonly string[] Moving = ["move", "change", "reschedule", "postpone", "another time", "another day", "different time", "different day", "later", "earlier"];

    /// <summary>Whether the tools for it are there.</summary>
    public static bool Handles(Turn turn) => BookingTools.Books(turn) && turn.Request.Tools!.Has("find_booking") && turn.Request.Tools.Has("cancel_booking");

    /// <summary>The caller speaks of a booking that is there.</summary>
    public static void Start(Turn turn, Reading reading)
    {
        turn.Wish(CallIntent.Booking);
        turn.State = turn.State with { OwnWish = Wish(reading) };
        GoOn(turn, reading, null);
    }

    /// <summary>The caller wants the booking cancelled that this call has made.</summary>
    public static void CancelMade(Turn turn, DateTime bookedFor)
    {
        turn.State = turn.State with { OwnWish = OwnWish.Cancel };
        ReadBack(turn, bookedFor);
    }

    /// <summary>Answers to its questions. True when it was one.</summary>
    public static bool Answers(Turn turn, Reading reading)
    {
        if (turn.State.Asked == Question.WhichBooking && reading.Slots.When.Day is { } day && turn.State.OwnWish is not null)
        {
            GoOn(turn, reading, (day + new LocalTime(0, 0)).ToDateTimeUnspecified());
            return true;
        }

        if (turn.State is not { Asked: Question.CancelBooking, Offered: { } meant })
            return false;
        if (reading.YesNo == true || (reading.YesNo is null && reading.Is(Intents.Cancel)))
        {
            turn.Call("cancel_booking", new JsonObject { ["confirmed"] = true, ["booked_for"] = BookingTools.Iso(meant) }, result =>
            {
                turn.State = turn.State with { OwnWish = null, Offered = null };
                if (result.Failed || result.Data?["cancelled"] is null)
                {
                    BookingTools.Failed(turn);
                    return;
                }

                if (turn.State.Booked || turn.State.BookedFor is not null)
                    BookingDialogue.Drop(turn);
                turn.State = turn.State with { BookedFor = null };
                turn.Say(turn.Phrases.BookingCancelled);
                turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
            });
            return true;
        }

        if (reading.YesNo != false)
            return false;
        turn.State = turn.State with { OwnWish = null, Offered = null };
        turn.Say(turn.Phrases.BookingKept);
        turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
        return true;
    }

    private static OwnWish Wish(Reading reading) => reading.Is(Intents.Cancel) || reading.Said.HasAny("cancel", "call off") ? OwnWish.Cancel
        : reading.Said.HasAny(Moving) ? OwnWish.Move : OwnWish.Tell;

    private static void GoOn(Turn turn, Reading reading, DateTime? which) => turn.Call("find_booking", [], result =>
    {
        // What could not be looked up may well be there.
        if (ToolFailures.Escalation("find_booking", result) is not null)
        {
            turn.State = turn.State with { OwnWish = null };
            BookingTools.Failed(turn);
            return;
        }

        List<JsonObject> found = [.. (result.Data?["bookings"] as JsonArray ?? []).OfType<JsonObject>()];
        if (which is { } day)
            found = [.. found.Where(one => Starts(one)?.Date == LocalDateTime.FromDateTime(day).Date)];
        if (found.Count == 0)
        {
            turn.State = turn.State with { OwnWish = null };
            turn.Say(turn.Phrases.NoBookingFound);
            PersonDialogue.Offer(turn, null);
        }
        else if (found.Count > 1)
            turn.Ask(Question.WhichBooking, turn.Phrases.WhichBooking([.. found.Select(Starts).OfType<LocalDateTime>()], turn.Today));
        else if (Starts(found[0]) is { } starts)
            One(turn, reading, found[0], starts);
    });

    private static void One(Turn turn, Reading reading, JsonObject booking, LocalDateTime starts)
    {
        var when = starts.ToDateTimeUnspecified();
        switch (turn.State.OwnWish)
        {
            case OwnWish.Cancel:
                ReadBack(turn, when);
                break;
            case OwnWish.Move:
                var guests = booking["guests"]?.GetValue<int>();
                turn.State = turn.State with { OwnWish = null, BookedFor = when, Booked = false, Task = RuleTask.Booking, Day = null, Time = null };
                turn.Facts = turn.Facts with
                {
                    Name = (string?)booking["name"] ?? turn.Facts.Name, PartySize = BookingDialogue.IsForParty(turn.Tenant) ? guests : turn.Facts.PartySize,
                    Service = (string?)booking["service"] ?? turn.Facts.Service, RequestedFor = null,
                };
                turn.Say(turn.Phrases.YouHave(starts, turn.Today));
                if (reading.Slots.When is { Day: null, Time: null })
                {
                    turn.Ask(Question.Day, turn.Phrases.AskWhen(turn.State.Turn));
                    break;
                }

                if (reading.Slots.When.Day is null)
                    turn.State = turn.State with { Day = starts.Date.ToDateOnly() };
                BookingDialogue.Apply(turn, reading.Slots);
                BookingDialogue.Continue(turn, reading.Slots, "");
                break;
            default:
                turn.State = turn.State with { OwnWish = null };
                turn.Say(turn.Phrases.YouHave(starts, turn.Today));
                turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
                break;
        }
    }

    private static void ReadBack(Turn turn, DateTime bookedFor) => turn.Call("cancel_booking", new JsonObject { ["booked_for"] = BookingTools.Iso(bookedFor) }, result =>
    {
        if (result.Failed)
        {
            BookingTools.Failed(turn);
            return;
        }

        turn.State = turn.State with { Offered = bookedFor };
        turn.Ask(Question.CancelBooking, turn.Phrases.AskCancel(LocalDateTime.FromDateTime(bookedFor), turn.Today));
    });

    private static LocalDateTime? Starts(JsonObject booking) => ToolTime.Read((string?)booking["starts"] ?? "");
}

/// <summary>What is wished of a booking that is there.</summary>
public enum OwnWish
{
    /// <summary>To hear of it.</summary>
    Tell,

    /// <summary>Another time.</summary>
    Move,

    /// <summary>To have it cancelled.</summary>
    Cancel,
}
