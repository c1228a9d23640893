namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>What a clause is about; several may be set.</summary>
[Flags]
internal enum Intents
{
    None = 0,
    Booking = 1,
    Hours = 2,
    Address = 4,
    Services = 8,
    Price = 16,
    Person = 32,
    Message = 64,
    Goodbye = 128,
    Thanks = 256,
    Repeat = 512,
    Cancel = 1024,
    Greeting = 2048,
    Hold = 4096,
    WhoAreYou = 8192,
    BusinessPhone = 16384,

    /// <summary>A wish about a booking made before this call.</summary>
    ExistingBooking = 32768,

    /// <summary>"Do you take bookings?"</summary>
    BookingPolicy = 65536,

    /// <summary>"Are you there?"</summary>
    AreYouThere = 131072,

    /// <summary>Says outright to be connected now.</summary>
    ConnectNow = 262144,

    /// <summary>The time or date now.</summary>
    TimeNow = 524288,

    /// <summary>"Is this Luigi's?"</summary>
    IsThisYou = 1048576,

    /// <summary>"Is this the pharmacy?"</summary>
    IsSomebodyElse = 2097152,

    /// <summary>Wants to know of a booking that is somebody else's.</summary>
    OthersBooking = 4194304,

    /// <summary>Anything the business can be asked about.</summary>
    Info = Hours | Address | Services | Price | BusinessPhone | WhoAreYou | BookingPolicy | TimeNow | IsThisYou | IsSomebodyElse,
}
