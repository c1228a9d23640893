using Microsoft.Extensions.Options;

namespace Parley.Conversation.Tools;

/// <summary>Says which of the bounds make no sense.</summary>
internal sealed class ToolOptionsValidator : IValidateOptions<ToolOptions>
{
    public ValidateOptionsResult Validate(string? name, ToolOptions options)
    {
        List<string> wrong = [];
        Check(nameof(options.MostPerCall), options.MostPerCall, 1, 10_000);
        Check(nameof(options.MostPerTool), options.MostPerTool, 1, 10_000);
        Check(nameof(options.MostPerTurn), options.MostPerTurn, 1, 100);
        Check(nameof(options.DeadlineMs), options.DeadlineMs, 100, 60_000);
        Check(nameof(options.MostArgumentChars), options.MostArgumentChars, 100, 100_000);
        Check(nameof(options.MostResultChars), options.MostResultChars, 100, 100_000);
        Check(nameof(options.HoldSeconds), options.HoldSeconds, 30, 3600);
        Check(nameof(options.MostHttpResponseBytes), options.MostHttpResponseBytes, 100, 10_000_000);
        foreach (var (tool, most) in options.MostByTool)
            Check($"{nameof(options.MostByTool)}:{tool}", most, 0, 10_000);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Check(string option, int value, int least, int most)
        {
            if (value < least || value > most)
                wrong.Add(FormattableString.Invariant($"{ToolOptions.Section}:{option} is {value}, but must be from {least} to {most}."));
        }
    }
}
