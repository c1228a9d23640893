namespace Parley.Persistence.Maintenance;

/// <summary>How long what nobody looks at any more is kept; section <c>Database:Retention</c>. Zero or less keeps it for ever.</summary>
public sealed record RetentionOptions
{
    /// <summary>Webhooks as they came in. Default 30 days.</summary>
    public TimeSpan WebhookEvents { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Jobs that were done. Default 7 days.</summary>
    public TimeSpan DoneJobs { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Jobs that were given up. Default 90 days.</summary>
    public TimeSpan FailedJobs { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// A carrier's words on messages that never became known here; those that did are taken out at once. Default 7 days.
    /// </summary>
    public TimeSpan EarlyMessageStatuses { get; set; } = TimeSpan.FromDays(7);

    /// <summary>What tools did in calls; a call is over long before. Default 90 days.</summary>
    public TimeSpan ToolRuns { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Which calls were deleted, so that nodes that were away delete their captures as well. Default 90 days.
    /// </summary>
    public TimeSpan RemovedCalls { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Places that were held and not booked. Default 7 days.</summary>
    public TimeSpan PassedHolds { get; set; } = TimeSpan.FromDays(7);
}
