using System.Text.Json.Serialization;
using Parley.Conversation.Escalations;

namespace Parley.Admin.Api.Webhooks;

/// <summary>Where call events are to go.</summary>
/// <param name="Url">An address of the public internet, https.</param>
/// <param name="Events">Some of <c>call_started</c>, <c>call_ended</c>, <c>call_analyzed</c>; all when left out.</param>
/// <param name="Key">Signs; 16 to 200 characters. Left out, the one that is there stays, and the first one is made up.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewCallWebhook(string? Url, IReadOnlyList<string>? Events, string? Key);

/// <summary>Where call events go.</summary>
/// <param name="Url">The address.</param>
/// <param name="Events">Which.</param>
/// <param name="Key">The key, only in the answer to the request that had it made; it cannot be had again.</param>
public sealed record CallWebhookView(string Url, IReadOnlyList<string> Events, string? Key);

/// <summary>Where escalations are to go.</summary>
/// <param name="Url">An address of the public internet, https; it is never shown again.</param>
/// <param name="Reasons">Which; all when left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewStaffWebhook(string? Url, IReadOnlyList<EscalationReason>? Reasons);

/// <summary>Where escalations go.</summary>
/// <param name="Host">The address' host.</param>
/// <param name="Reasons">Which; null for all.</param>
public sealed record StaffWebhookView(string Host, IReadOnlyList<EscalationReason>? Reasons);
