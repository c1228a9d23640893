namespace Parley.Providers.Server.Azure;

/// <summary>What goes wrong on one recognition connection; times are milliseconds of audio that it received.</summary>
public sealed record AzureFault
{
    /// <summary>Refuses the upgrade with this status.</summary>
    public int? UpgradeStatus { get; init; }

    /// <summary>With a refusal: the <c>Retry-After</c> header, in seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>When something happens that the other properties name.</summary>
    public int AtMs { get; init; }

    /// <summary>Closes with this code.</summary>
    public int? CloseCode { get; init; }

    /// <summary>The close's reason.</summary>
    public string CloseReason { get; init; } = "";

    /// <summary>Drops the connection without a close.</summary>
    public bool Abort { get; init; }

    /// <summary>Ends the turn in mid-call.</summary>
    public bool EndTurn { get; init; }

    /// <summary>Sends this as the body of a hypothesis.</summary>
    public string? HypothesisBody { get; init; }

    /// <summary>Sends a successful phrase without text.</summary>
    public bool EmptyPhrase { get; init; }

    /// <summary>Sends the hypothesis of a phrase again behind it.</summary>
    public bool StaleHypothesis { get; init; }

    /// <summary>Accepts everything and says nothing.</summary>
    public bool Silent { get; init; }

    /// <summary>Gives hypotheses, but never a phrase or the end of a turn.</summary>
    public bool WithholdsPhrases { get; init; }

    /// <summary>Status of every phrase instead of <c>Success</c>.</summary>
    public string? PhraseStatus { get; init; }

    /// <summary>Sends messages in frames of this many bytes.</summary>
    public int FrameBytes { get; init; } = int.MaxValue;
}

/// <summary>What goes wrong with one synthesis.</summary>
public sealed record AzureSynthesisFault
{
    /// <summary>The status instead of 200.</summary>
    public int? Status { get; init; }

    /// <summary>The refusal's body.</summary>
    public string Body { get; init; } = "";

    /// <summary>The <c>Retry-After</c> header, in seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Content type of a success instead of audio.</summary>
    public string? ContentType { get; init; }

    /// <summary>Drops the connection after this many bytes.</summary>
    public int? CutAfterBytes { get; init; }

    /// <summary>Sends no more after this many bytes, until the client goes; -1 sends not even the headers.</summary>
    public int? StallAfterBytes { get; init; }

    /// <summary>Sends audio until the client goes.</summary>
    public bool Endless { get; init; }

    /// <summary>The service's own clock, for the <c>Date</c> header.</summary>
    public DateTimeOffset? Date { get; init; }
}
