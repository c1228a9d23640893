using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Tools.Http;

/// <summary>A tool that a tenant defines: a request to a service of its own.</summary>
public sealed partial record HttpToolSettings
{
    /// <summary>Names that are taken.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.Ordinal)
    {
        "check_availability", "hold_booking", "confirm_booking", "move_booking", "cancel_booking", "find_booking", "remember_booking", "take_message", "request_call_back",
        "look_up_catalogue", "send_link", "transfer_to", "end_call",
    };

    /// <summary>What it is called: a lower-case letter, then letters, digits and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>When to use it, for the model.</summary>
    public required string Description { get; init; }

    /// <summary>JSON schema of its arguments, an object.</summary>
    public required string ParametersJson { get; init; }

    /// <summary>Where it is asked, https.</summary>
    public required string Url { get; init; }

    /// <summary>GET, POST, PUT, PATCH or DELETE. The arguments of a GET are in its query, those of others in a JSON body.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>It changes nothing, so that it may run while the caller may still go on.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>Key of the requests' signature; null for none.</summary>
    public string? Secret { get; init; }

    /// <summary>The secret is encrypted and could not be read, or was not: nothing can be signed.</summary>
    [JsonIgnore]
    public bool IsSealed { get; init; }

    /// <summary>Longest time for an answer, in milliseconds.</summary>
    public int TimeoutMs { get; init; } = 5000;

    /// <summary>Whether a name can be a tool's.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>What is wrong with a schema of arguments; null when all of it is understood and checked before the service is asked.</summary>
    public static string? SchemaObjection(JsonObject schema) => ToolArguments.Objection(schema);

    // Settings are logged and shown at times; the secret never is.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append(System.Globalization.CultureInfo.InvariantCulture, $"Name = {Name}, Method = {Method}");
        return true;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z")]
    private static partial Regex NamePattern();
}
