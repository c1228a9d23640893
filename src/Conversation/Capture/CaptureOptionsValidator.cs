using Microsoft.Extensions.Options;

namespace Parley.Conversation.Capture;

/// <summary>Checks <see cref="CaptureOptions"/> at start; a key is never part of a message.</summary>
internal sealed class CaptureOptionsValidator : IValidateOptions<CaptureOptions>
{
    private const int LeastQueuedBytes = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, CaptureOptions options)
    {
        var errors = new List<string>();
        if (!CaptureKey.TryParse(options.Key, out _))
            errors.Add($"{CaptureOptions.Section}:Key must be the base64 of 32 bytes, as 'openssl rand -base64 32' gives.");
        if (options.MaxQueuedBytes < LeastQueuedBytes)
            errors.Add($"{CaptureOptions.Section}:MaxQueuedBytes must be at least {LeastQueuedBytes:N0}.");
        if (options.RetentionDays is < 0 or > 36_500)
            errors.Add($"{CaptureOptions.Section}:RetentionDays must be between 0 and 36,500.");
        if (options.MaxTotalBytes < 0)
            errors.Add($"{CaptureOptions.Section}:MaxTotalBytes must not be negative.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
