using NodaTime;
using Parley.Calling;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Evaluation;

/// <summary>
/// Makes the bookings of a scenario's other callers, and of its caller's past, as a call does: each is held, and confirmed a turn later, by a call of
/// its own.
/// </summary>
internal sealed class BookingDesk(IBookingStore bookings, IToolLedger ledger, ToolOptions options, ShiftedClock clock)
{
    /// <summary>How long before a call its <c>before</c> bookings were made: those of the same hour were not too soon then.</summary>
    public static readonly TimeSpan DayBefore = TimeSpan.FromDays(1);

    /// <summary>Makes a booking some time ago. The clock is at <paramref name="now"/> again afterwards.</summary>
    /// <param name="tenant">Whose resources.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="calledAt">When the call began: its times are meant as of then.</param>
    /// <param name="now">The time.</param>
    /// <param name="ago">How long ago it was made, unless it says so itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CallScriptException">It cannot be made.</exception>
    public async Task MakeAsync(
        Tenant tenant, ScenarioBooking booking, LocalDateTime calledAt, DateTimeOffset now, TimeSpan ago, CancellationToken cancellationToken)
    {
        clock.Set(now - (booking.HeldMinutesAgo is { } minutes ? TimeSpan.FromMinutes(minutes) : ago));
        try
        {
            for (var i = 0; i < booking.Count; i++)
                await MakeOneAsync(tenant, booking, booking.At.Resolve(calledAt), cancellationToken);
        }
        finally
        {
            clock.Set(now);
        }
    }

    private async Task MakeOneAsync(Tenant tenant, ScenarioBooking booking, LocalDateTime when, CancellationToken cancellationToken)
    {
        var call = Guid.CreateVersion7(clock.GetUtcNow());
        var order = new HoldOrder
        {
            CallId = call,
            Turn = 1,
            Wish = new BookingWish
            {
                When = when, Guests = booking.PartySize, Service = booking.Service, With = booking.Resource, Nights = booking.Nights,
            },
            Name = booking.Name,
            Phone = booking.Phone,
            CallerNumber = booking.Phone,
            For = TimeSpan.FromSeconds(options.HoldSeconds),
        };
        HoldOutcome? held = null;
        await bookings.HoldAsync(tenant, order, await BeginAsync<HoldOutcome>(tenant, call, 1, "hold_booking", o => held = o, cancellationToken), cancellationToken);
        if (held is not { Booking: not null })
            throw new CallScriptException($"{booking.Place}: this cannot be booked at {when:uuuu-MM-dd HH:mm} ({held?.Availability.Refusal})");
        if (booking.HeldMinutesAgo is not null)
            return;

        ConfirmOutcome? confirmed = null;
        await bookings.ConfirmAsync(
            tenant, new ConfirmOrder(call, 2, null, null),
            await BeginAsync<ConfirmOutcome>(tenant, call, 2, "confirm_booking", o => confirmed = o, cancellationToken), cancellationToken);
        if (confirmed is not { Refusal: ConfirmRefusal.None })
            throw new CallScriptException($"{booking.Place}: this was held and could not be confirmed ({confirmed?.Refusal})");
    }

    private async Task<ToolReceipt<T>> BeginAsync<T>(
        Tenant tenant, Guid call, int turn, string tool, Action<T> outcome, CancellationToken cancellationToken)
    {
        var key = $"{call:N}-{turn}";
        await ledger.BeginAsync(new ToolRun(key, tenant.Id, call, turn, tool, "{}", clock.GetUtcNow()), cancellationToken);
        return new ToolReceipt<T>(key, given =>
        {
            outcome(given);
            return new ToolResult { Text = tool };
        });
    }
}
