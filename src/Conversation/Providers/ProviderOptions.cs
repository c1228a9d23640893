namespace Parley.Conversation.Providers;

/// <summary>
/// Which providers calls use, in which order, and when one is left for the next; section <c>Providers</c>. Keys and addresses of a provider are
/// in a section of its own below it.
/// </summary>
public sealed class ProviderOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Providers";

    /// <summary>Order of the recognisers; null: those that are configured. The embedded one is always the last.</summary>
    public IReadOnlyList<string>? Recognise { get; set; }

    /// <summary>Order of the language models; null: those that are configured. <c>rules</c> ends it.</summary>
    public IReadOnlyList<string>? Think { get; set; }

    /// <summary>Order of the voices; null: those that are configured. The embedded one is always the last.</summary>
    public IReadOnlyList<string>? Speak { get; set; }

    /// <summary>When a provider is given up.</summary>
    public ProviderDeadlines Deadlines { get; set; } = new();

    /// <summary>When a provider is kept out of new calls.</summary>
    public BreakerOptions Breaker { get; set; } = new();

    /// <summary>When a second provider is started beside a slow one.</summary>
    public HedgingOptions Hedging { get; set; } = new();

    /// <summary>Prewarmings of calls that may run at once; a call beyond them rings without. Default 16, 0 for none.</summary>
    public int PrewarmsAtOnce { get; set; } = 16;

    /// <summary>Currency of <see cref="Prices"/>, ISO 4217. Default USD.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>What providers charge.</summary>
    public IReadOnlyList<UnitPrice> Prices { get; set; } = [];

    /// <summary>The installation's order for a capability.</summary>
    public IReadOnlyList<string>? OrderOf(Capability capability) => capability switch
    {
        Capability.Recognise => Recognise,
        Capability.Think => Think,
        _ => Speak,
    };
}

/// <summary>Times after which a provider is left for the next one, in milliseconds.</summary>
public sealed class ProviderDeadlines
{
    /// <summary>For opening a connection ahead of a call. Default 5,000.</summary>
    public int ConnectMs { get; set; } = 5000;

    /// <summary>Text of a pause. Default 800: what is left until a holding phrase is enough for the next recogniser.</summary>
    public StreamDeadlines Recognise { get; set; } = new() { FirstOutputMs = 800, IdleMs = 800 };

    /// <summary>A model's words. Default 2,500 to the first, 4,000 between two.</summary>
    public StreamDeadlines Think { get; set; } = new() { FirstOutputMs = 2500, IdleMs = 4000 };

    /// <summary>A voice's audio. Default 800 to the first, 600 between two pieces.</summary>
    public StreamDeadlines Speak { get; set; } = new() { FirstOutputMs = 800, IdleMs = 600 };

    /// <summary>Those of a capability.</summary>
    public StreamDeadlines Of(Capability capability) => capability switch
    {
        Capability.Recognise => Recognise,
        Capability.Think => Think,
        _ => Speak,
    };
}

/// <summary>Deadlines of one capability, in milliseconds.</summary>
public sealed class StreamDeadlines
{
    /// <summary>From the request to the first useful output.</summary>
    public int FirstOutputMs { get; set; }

    /// <summary>Between two pieces of an answer; a recogniser's answer is one piece.</summary>
    public int IdleMs { get; set; }

    internal TimeSpan FirstOutput => TimeSpan.FromMilliseconds(FirstOutputMs);

    internal TimeSpan Idle => TimeSpan.FromMilliseconds(IdleMs);
}

/// <summary>When a provider is kept out of new calls.</summary>
public sealed class BreakerOptions
{
    /// <summary>Requests in the window before it is judged. Default 4, at least 2.</summary>
    public int MinimumRequests { get; set; } = 4;

    /// <summary>Share of failures in the window that opens the breaker, above 0 to 1. Default 0.5.</summary>
    public double FailureShare { get; set; } = 0.5;

    /// <summary>The window, in seconds. Default 30.</summary>
    public int WindowSeconds { get; set; } = 30;

    /// <summary>How long a provider that fails is left alone, in seconds, unless it says how long. Default 15.</summary>
    public int BreakSeconds { get; set; } = 15;

    /// <summary>How long one that refuses (key, quota, certificate, clock) is left alone, in seconds, unless it says how long. Default 300.</summary>
    public int RefusalSeconds { get; set; } = 300;
}

/// <summary>When a second provider is started beside a slow first one; for language models and voices.</summary>
public sealed class HedgingOptions
{
    /// <summary>Language models. Default false.</summary>
    public bool Think { get; set; }

    /// <summary>Voices; the one that wins is the voice of the rest of the call. Default false.</summary>
    public bool Speak { get; set; }

    /// <summary>Most requests made beside others, as a share of all. Default 0.1.</summary>
    public double Budget { get; set; } = 0.1;

    /// <summary>Whether it is wanted for a capability.</summary>
    public bool IsOn(Capability capability) => capability switch
    {
        Capability.Think => Think,
        Capability.Speak => Speak,
        _ => false,
    };
}

/// <summary>What a provider charges for a unit.</summary>
public sealed class UnitPrice
{
    /// <summary>The provider's name.</summary>
    public string Provider { get; set; } = "";

    /// <summary>The model; empty for all that have no price of their own.</summary>
    public string Model { get; set; } = "";

    /// <summary>What is counted.</summary>
    public UsageUnit Unit { get; set; }

    /// <summary>The price of <see cref="Per"/> units.</summary>
    public decimal Price { get; set; }

    /// <summary>Units that <see cref="Price"/> is for: 1,000,000 tokens, 60,000 ms. Default 1.</summary>
    public long Per { get; set; } = 1;
}
