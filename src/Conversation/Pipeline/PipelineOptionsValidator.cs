using Microsoft.Extensions.Options;

namespace Parley.Conversation.Pipeline;

/// <summary>Checks <see cref="PipelineOptions"/> at start and reports every error at once.</summary>
internal sealed class PipelineOptionsValidator : IValidateOptions<PipelineOptions>
{
    public ValidateOptionsResult Validate(string? name, PipelineOptions options)
    {
        var errors = new List<string>();
        Check(options.PlayoutLeadMs, 60, 2000, nameof(options.PlayoutLeadMs));
        Check(options.PreRollMs, 40, 2000, nameof(options.PreRollMs));
        Check(options.MinSpeechMs, 20, 1000, nameof(options.MinSpeechMs));
        Check(options.SpeculateAfterMs, 20, 2000, nameof(options.SpeculateAfterMs));
        Check(options.FinalTextDeadlineMs, 200, 30_000, nameof(options.FinalTextDeadlineMs));
        Check(options.IdleMs, 1000, 120_000, nameof(options.IdleMs));
        Check(options.IdleReprompts, 0, 10, nameof(options.IdleReprompts));
        Check(options.MaxCallSeconds, 10, 86_400, nameof(options.MaxCallSeconds));
        Check(options.MediaTimeoutMs, 1000, 120_000, nameof(options.MediaTimeoutMs));
        Check(options.InterKeyMs, 200, 20_000, nameof(options.InterKeyMs));
        Check(options.HoldPhraseAfterMs, 200, 30_000, nameof(options.HoldPhraseAfterMs));
        Check(options.ReplyDeadlineMs, 1000, 120_000, nameof(options.ReplyDeadlineMs));
        Check(options.SynthesisStartMs, 100, 30_000, nameof(options.SynthesisStartMs));
        Check(options.SynthesisStallMs, 100, 30_000, nameof(options.SynthesisStallMs));
        Check(options.SpeechHoldMs, 0, 5000, nameof(options.SpeechHoldMs));
        Check(options.MarkDeadlineMs, 100, 30_000, nameof(options.MarkDeadlineMs));
        Check(options.LastWordsDeadlineMs, 0, 30_000, nameof(options.LastWordsDeadlineMs));
        Check(options.QueueCapacity, 64, 65_536, nameof(options.QueueCapacity));
        Check(options.Endpointing.CeilingMs, 200, 10_000, "Endpointing:CeilingMs");
        if (options.SpeechThreshold is <= 0 or >= 1 || options.SilenceThreshold <= 0 || options.SilenceThreshold > options.SpeechThreshold)
            errors.Add($"{PipelineOptions.Section}: 0 < SilenceThreshold <= SpeechThreshold < 1 must hold.");
        if (options.Interruption.Sensitivity is < 0 or > 1)
            errors.Add($"{PipelineOptions.Section}:Interruption:Sensitivity must be between 0 and 1.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(int value, int least, int most, string option)
        {
            if (value < least || value > most)
                errors.Add($"{PipelineOptions.Section}:{option} must be between {least:N0} and {most:N0}, not {value:N0}.");
        }
    }
}
