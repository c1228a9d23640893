namespace Parley.Persistence.Reporting;

/// <summary>Something happened in a call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="TenantId">Whose call it is.</param>
/// <param name="Kind"><c>started</c>, <c>connected</c>, <c>turn</c> or <c>ended</c>.</param>
/// <param name="Ordinal">The turn, for <c>turn</c>.</param>
public sealed record CallEvent(Guid CallId, Guid TenantId, string Kind, int? Ordinal = null);
