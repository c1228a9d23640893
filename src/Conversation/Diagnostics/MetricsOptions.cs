namespace Parley.Conversation.Diagnostics;

/// <summary>What the measurements tell; section <c>Telemetry</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>
    /// Whether calls are counted by tenant (its slug) as well. Default false: the names of an operator's customers do not belong into a
    /// monitoring system that others may read, and each tenant is a series more.
    /// </summary>
    public bool TenantLabel { get; set; }
}
