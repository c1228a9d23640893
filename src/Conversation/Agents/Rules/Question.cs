namespace Parley.Conversation.Agents.Rules;

/// <summary>The question the agent has open.</summary>
public enum Question
{
    /// <summary>None was asked.</summary>
    None,

    /// <summary>How can I help?</summary>
    Wish,

    /// <summary>Anything else?</summary>
    AnythingElse,

    /// <summary>For how many?</summary>
    PartySize,

    /// <summary>Which service?</summary>
    Service,

    /// <summary>Which day?</summary>
    Day,

    /// <summary>What time?</summary>
    Time,

    /// <summary>In the morning or in the evening?</summary>
    HalfOfDay,

    /// <summary>Would the offered time suit?</summary>
    OfferedTime,

    /// <summary>Whose name?</summary>
    Name,

    /// <summary>Which telephone number?</summary>
    Phone,

    /// <summary>Is the read-back right?</summary>
    Confirm,

    /// <summary>What should be changed?</summary>
    WhatToChange,

    /// <summary>What is the message?</summary>
    Message,

    /// <summary>Shall I take a message?</summary>
    OfferMessage,

    /// <summary>Shall I put you through?</summary>
    OfferTransfer,

    /// <summary>Would you like to book?</summary>
    OfferBooking,

    /// <summary>For how many nights?</summary>
    Nights,

    /// <summary>Shall the booking be cancelled?</summary>
    CancelBooking,

    /// <summary>Which of several bookings?</summary>
    WhichBooking,
}

/// <summary>What the agent is in the middle of.</summary>
public enum RuleTask
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Collecting a booking, or waiting for its confirmation.</summary>
    Booking,

    /// <summary>Taking a message.</summary>
    Message,
}
