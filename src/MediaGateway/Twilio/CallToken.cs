namespace Parley.MediaGateway.Twilio;

/// <summary>What a call token vouches for: the media stream that brings it belongs to this call.</summary>
/// <param name="CallId">Parley's id of the call.</param>
/// <param name="CarrierCallId">The carrier's id of the call, <c>CA...</c>.</param>
/// <param name="TenantId">Whose call it is.</param>
/// <param name="Resume">The call had a stream before, and the conversation goes on.</param>
public sealed record CallToken(Guid CallId, string CarrierCallId, Guid TenantId, bool Resume = false);

/// <summary>What became of a token that was shown.</summary>
public enum CallTokenOutcome
{
    /// <summary>Good; it is used up now.</summary>
    Valid,

    /// <summary>Not a token of this version.</summary>
    Malformed,

    /// <summary>Not signed with our key.</summary>
    BadSignature,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was shown before.</summary>
    Used,

    /// <summary>It belongs to another call.</summary>
    WrongCall,

    /// <summary>Too many tokens are remembered as used; nothing can be told from a repeat, so none is taken.</summary>
    Overloaded,
}

/// <summary>Outcome of checking a token.</summary>
/// <param name="Outcome">Whether it holds.</param>
/// <param name="Token">What it says; only when it holds.</param>
public readonly record struct CallTokenCheck(CallTokenOutcome Outcome, CallToken? Token = null);
