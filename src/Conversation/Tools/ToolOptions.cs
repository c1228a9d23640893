namespace Parley.Conversation.Tools;

/// <summary>Bounds of what an agent may do in a call; section <c>Tools</c>.</summary>
public sealed record ToolOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Tools";

    /// <summary>Runs of tools in a call, those for answers that were thrown away included.</summary>
    public int MostPerCall { get; set; } = 120;

    /// <summary>Runs of one tool in a call, where <see cref="MostByTool"/> says nothing else.</summary>
    public int MostPerTool { get; set; } = 40;

    /// <summary>Runs of tools for one answer.</summary>
    public int MostPerTurn { get; set; } = 8;

    /// <summary>Runs in a call by the tool's name.</summary>
    public Dictionary<string, int> MostByTool { get; } = new(StringComparer.Ordinal)
    {
        ["confirm_booking"] = 10,
        ["cancel_booking"] = 6,
        ["send_link"] = 6,
        ["take_message"] = 10,
        ["request_call_back"] = 6,
    };

    /// <summary>Longest time a tool may take, in milliseconds. A caller has heard a holding phrase by then.</summary>
    public int DeadlineMs { get; set; } = 8000;

    /// <summary>Longest arguments, as characters of JSON.</summary>
    public int MostArgumentChars { get; set; } = 4000;

    /// <summary>Longest text of a result that a model is told; what is longer is cut.</summary>
    public int MostResultChars { get; set; } = 6000;

    /// <summary>How long a held booking waits for the caller's word, in seconds.</summary>
    public int HoldSeconds { get; set; } = 300;

    /// <summary>Hosts that tenants' own tools may ask; empty for every one of the public internet.</summary>
    public IReadOnlyList<string> HttpHosts { get; set; } = [];

    /// <summary>Longest answer of a tenant's service, in bytes.</summary>
    public int MostHttpResponseBytes { get; set; } = 64 * 1024;
}
