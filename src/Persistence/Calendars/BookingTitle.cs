using Parley.Conversation.Tenants;
using Parley.Persistence.Bookings;
using Parley.Persistence.Escalations;

namespace Parley.Persistence.Calendars;

/// <summary>What a calendar shows of a booking. Calendars are shared: who it is for and what it is, but no telephone number.</summary>
internal static class BookingTitle
{
    public static string Of(Tenant tenant, BookingRow booking)
    {
        var resource = tenant.Booking?.Resources.FirstOrDefault(r => r.Name == booking.Resource);
        var guests = booking.Guests == 1 ? "1 guest" : FormattableString.Invariant($"{booking.Guests} guests");
        var what = resource?.Kind is ResourceKind.Table or ResourceKind.Room || booking.Service is null ? guests : booking.Service;
        // What a caller calls itself may hold a number too.
        return $"{PhoneMask.In(booking.Name) ?? "Booking"}, {what}";
    }

    public static string PlaceOf(Tenant tenant, BookingRow booking) =>
        tenant.Booking?.Resources.FirstOrDefault(r => r.Name == booking.Resource)?.Units.Skip(1).Any() == true || booking.Unit != "1"
            ? $"{booking.Resource}, {booking.Unit}"
            : booking.Resource;
}
