using System.Collections.Concurrent;

namespace Parley.Providers.Server.Azure;

/// <summary>A recognition connection as the server saw it.</summary>
public sealed class AzureConnection
{
    /// <summary>The <c>X-ConnectionId</c> header.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>The query of the address.</summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>The refusal, or 101.</summary>
    public int Status { get; init; } = 101;

    /// <summary>The body of <c>speech.config</c>.</summary>
    public string? Config { get; internal set; }

    /// <summary>The turns, in order.</summary>
    public ConcurrentQueue<AzureTurnRecord> Turns { get; } = new();
}

/// <summary>A turn as the server saw it.</summary>
/// <param name="requestId">Its id.</param>
/// <param name="context">The body of <c>speech.context</c>.</param>
public sealed class AzureTurnRecord(string requestId, string context)
{
    private long samples;

    /// <summary>Its id.</summary>
    public string RequestId => requestId;

    /// <summary>The body of <c>speech.context</c>.</summary>
    public string Context => context;

    /// <summary>Format tag of the RIFF header: 1 PCM, 7 mu-law.</summary>
    public int FormatTag { get; internal set; }

    /// <summary>The client ended the audio.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>Samples received.</summary>
    public long Samples => Interlocked.Read(ref samples);

    internal void Add(int count) => Interlocked.Add(ref samples, count);
}

/// <summary>A synthesis as the server saw it.</summary>
/// <param name="Text">The text of the markup, unescaped by an XML parser.</param>
/// <param name="Voice">The voice's name.</param>
/// <param name="Language">The document's language.</param>
/// <param name="Rate">The prosody's rate; null without one.</param>
public sealed record AzureSynthesis(string Text, string Voice, string Language, string? Rate);
