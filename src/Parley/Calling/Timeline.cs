using System.Globalization;
using System.Text;
using Parley.Conversation.Agents;
using Parley.Conversation.Stores;

namespace Parley.Calling;

/// <summary>Draws where the time of each answer went, from the caller's last sound to the agent's first mark.</summary>
public static class Timeline
{
    private const int Width = 60;

    /// <summary>Lines of text: for each answered turn its steps, each with a bar from the step before.</summary>
    public static IEnumerable<string> Render(CallResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        foreach (var turn in result.Turns)
        {
            if (turn is not { Speaker: Speaker.Agent, Times: { SpeechEndMs: { } origin } times })
                continue;

            var steps = Steps(times).ToArray();
            var span = Math.Max(1, steps.Max(s => s.AtMs) - origin);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{turn.HeardText}{(times.Speculated ? " (prepared early)" : "")}");
            var before = 0;
            foreach (var (name, at) in steps)
            {
                var here = Math.Clamp((int)((long)(at - origin) * Width / span), 0, Width);
                var bar = new StringBuilder().Append(' ', Math.Min(before, here)).Append('#', Math.Max(1, here - before));
                yield return string.Create(CultureInfo.InvariantCulture, $"  {name,-16} {at - origin,6} ms  {bar}");
                before = Math.Max(before, here);
            }
        }
    }

    private static IEnumerable<(string Name, int AtMs)> Steps(TurnTimes times)
    {
        (string Name, int? At)[] all =
        [
            ("speech end", times.SpeechEndMs), ("final text", times.FinalTextMs), ("end of turn", times.EndOfTurnMs),
            ("agent text", times.FirstAgentTextMs), ("first audio", times.FirstAudioMs), ("first frame", times.FirstFrameSentMs),
            ("first mark", times.FirstMarkMs),
        ];
        foreach (var (name, at) in all)
        {
            if (at is { } ms)
                yield return (name, ms);
        }
    }
}
