using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Tools;

/// <summary>Who the caller is and where to be reached, as tools are told.</summary>
internal static class ToolPerson
{
    public static readonly ToolParameter Name = new("name", "string", "The caller's name.", MostChars: 100);

    public static readonly ToolParameter Number = new(
        "number", "string", "A telephone number that the caller said; leave out when it is the one the caller is calling from.", MostChars: 40);

    /// <summary>Reads both into the facts; a number that cannot be dialled is a failure.</summary>
    public static ToolResult? Read(ToolInvocation call, ref CallFacts facts)
    {
        if (call.Text(Name.Name) is { } name)
            facts = facts with { Name = name };
        if (call.Text(Number.Name) is not { } number)
            return null;
        if (Dialled(call, number) is not { } phone)
            return ToolResult.Failure(ToolError.BadArguments, "That number cannot be dialled. Ask for it again.");

        facts = facts with { Phone = phone == call.Call.CallerNumber ? null : phone };
        return null;
    }

    /// <summary>A number as said, in E.164.</summary>
    public static string? Dialled(ToolInvocation call, string number) =>
        PhoneParser.ToE164(number, call.Call.Tenant.Phone ?? call.Call.CalledNumber);

    /// <summary>Where the caller can be reached, E.164.</summary>
    public static string? Phone(ToolInvocation call, CallFacts facts) =>
        facts.Phone ?? (string.IsNullOrEmpty(call.Call.CallerNumber) ? null : call.Call.CallerNumber);
}
