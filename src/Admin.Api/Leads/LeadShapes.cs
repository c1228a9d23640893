using System.Text.Json.Serialization;
using Parley.Conversation.Agents;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Leads;

/// <summary>What came of a call.</summary>
public sealed record LeadView
{
    /// <summary>Copies a lead.</summary>
    public LeadView(LeadRow lead)
    {
        Id = lead.Id;
        Tenant = lead.TenantSlug;
        TenantId = lead.TenantId;
        CallId = lead.CallId;
        Intent = lead.Intent;
        Status = lead.Status;
        Name = lead.Name;
        Phone = lead.Phone;
        PartySize = lead.PartySize;
        Service = lead.Service;
        // A wall clock's time: of no kind, so that it is written without offset.
        RequestedFor = lead.RequestedFor is { } time ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified) : null;
        CallBackFor = lead.CallBackFor is { } back ? DateTime.SpecifyKind(back, DateTimeKind.Unspecified) : null;
        TimeZone = lead.TimeZone;
        Note = lead.Note;
        Summary = lead.Summary;
        HandledAt = lead.HandledAt;
        CreatedAt = lead.CreatedAt;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; }

    /// <summary>The call it came of.</summary>
    public Guid CallId { get; }

    /// <summary>The wish.</summary>
    public CallIntent Intent { get; }

    /// <summary>Whether the caller agreed to the read-back, and whether what was booked still stands.</summary>
    public LeadStatus Status { get; }

    /// <summary>The caller's name.</summary>
    public string? Name { get; }

    /// <summary>Number to reach the caller, E.164.</summary>
    public string? Phone { get; }

    /// <summary>Guests.</summary>
    public int? PartySize { get; }

    /// <summary>Service.</summary>
    public string? Service { get; }

    /// <summary>Wished time, wall clock in <see cref="TimeZone"/>, without offset.</summary>
    public DateTime? RequestedFor { get; }

    /// <summary>From when on the caller wants to be called back, wall clock in <see cref="TimeZone"/>, without offset; null when it does not matter.</summary>
    public DateTime? CallBackFor { get; }

    /// <summary>IANA id.</summary>
    public string TimeZone { get; }

    /// <summary>The message left, or the questions left open.</summary>
    public string? Note { get; }

    /// <summary>One or two sentences for the owner.</summary>
    public string Summary { get; }

    /// <summary>When a person dealt with it; null while nobody has.</summary>
    public DateTimeOffset? HandledAt { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; }
}

/// <summary>What can be changed about a lead.</summary>
/// <param name="Handled">Whether a person has dealt with it; needed.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LeadPatch(bool? Handled);
