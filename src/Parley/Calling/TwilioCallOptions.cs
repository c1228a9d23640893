using Parley.Conversation.Faults;

namespace Parley.Calling;

/// <summary>Where and as whom to call.</summary>
public sealed record TwilioCallOptions
{
    /// <summary>Base address of the server; connections go there.</summary>
    public required Uri Server { get; init; }

    /// <summary>Base address under which the server knows itself, and over which requests are signed; null: <see cref="Server"/>.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Auth token to sign with; null: unsigned.</summary>
    public string? AuthToken { get; init; }

    /// <summary>The caller's number, E.164.</summary>
    public required string From { get; init; }

    /// <summary>The called number, E.164.</summary>
    public required string To { get; init; }

    /// <summary>What becomes of a <c>Dial</c>.</summary>
    public string DialStatus { get; init; } = "completed";

    /// <summary>The caller hangs up after this.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>
    /// What goes wrong on the media stream, both ways; its moments count from the beginning of the call's first stream, and what happens once happens
    /// in one of them.
    /// </summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>The account's id: <c>AC</c> and 32 hexadecimal digits.</summary>
    public string AccountSid { get; init; } = "AC00000000000000000000000000000001";
}
