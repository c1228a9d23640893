using System.Globalization;

namespace Parley.Conversation.Tools;

/// <summary>Counts what an agent does in a call.</summary>
internal sealed class ToolLimits(ToolOptions options)
{
    private readonly Dictionary<string, int> byTool = new(StringComparer.Ordinal);
    private int all;
    private int answer = -1;
    private int ofAnswer;

    /// <summary>Counts a run; when it is one too many, tells the agent so.</summary>
    public string? Count(string tool, int forAnswer)
    {
        if (forAnswer > answer)
            (answer, ofAnswer) = (forAnswer, 0);
        var used = byTool.GetValueOrDefault(tool);
        var most = options.MostByTool.TryGetValue(tool, out var own) ? own : options.MostPerTool;
        if (ofAnswer >= options.MostPerTurn)
            return Exceeded("in one answer", options.MostPerTurn);
        if (used >= most)
            return Exceeded($"of {tool} in one call", most);
        if (all >= options.MostPerCall)
            return Exceeded("in one call", options.MostPerCall);

        ofAnswer++;
        all++;
        byTool[tool] = used + 1;
        return null;
    }

    /// <summary>Counts a run that the call had before it came back.</summary>
    public void Recall(string tool)
    {
        all++;
        byTool[tool] = byTool.GetValueOrDefault(tool) + 1;
    }

    private static string Exceeded(string where, int most) => string.Create(
        CultureInfo.InvariantCulture, $"That is too much: {most} uses {where} are the most. Answer with what you have, or offer a person.");
}
