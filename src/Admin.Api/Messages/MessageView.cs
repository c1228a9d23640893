using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Messages;

/// <summary>A text message to a caller.</summary>
public sealed record MessageView
{
    /// <summary>Copies a message.</summary>
    public MessageView(MessageRow message)
    {
        Id = message.Id;
        Tenant = message.TenantSlug;
        TenantId = message.TenantId;
        CallId = message.CallId;
        LeadId = message.LeadId;
        Type = message.Type;
        From = message.From;
        To = message.To;
        Body = message.Body;
        Status = message.Status;
        Error = message.Error;
        ErrorCode = message.ErrorCode;
        Attempts = message.Attempts;
        CreatedAt = message.CreatedAt;
        SentAt = message.SentAt;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; }

    /// <summary>The call it belongs to.</summary>
    public Guid CallId { get; }

    /// <summary>The lead it belongs to.</summary>
    public Guid? LeadId { get; }

    /// <summary>What it is for.</summary>
    public MessageType Type { get; }

    /// <summary>Sender, E.164.</summary>
    public string From { get; }

    /// <summary>Recipient, E.164.</summary>
    public string To { get; }

    /// <summary>The text.</summary>
    public string Body { get; }

    /// <summary>How far it is.</summary>
    public MessageStatus Status { get; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; }

    /// <summary>The carrier's code of what went wrong.</summary>
    public string? ErrorCode { get; }

    /// <summary>How often sending was tried.</summary>
    public int Attempts { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When the carrier took it.</summary>
    public DateTimeOffset? SentAt { get; }
}
