using Parley.Conversation.Frames;

namespace Parley.MediaGateway.Twilio;

/// <summary>What a message of a media stream is.</summary>
public enum StreamMessageKind
{
    /// <summary>Valid JSON with an event that is not known here; to be ignored.</summary>
    Unknown,

    /// <summary>First message of a connection.</summary>
    Connected,

    /// <summary>The stream begins; brings <see cref="StreamMessage.Start"/>.</summary>
    Start,

    /// <summary>A piece of audio.</summary>
    Media,

    /// <summary>The caller pressed a key.</summary>
    Dtmf,

    /// <summary>Audio before a mark of ours was played or cleared.</summary>
    Mark,

    /// <summary>The stream ends.</summary>
    Stop,

    /// <summary>Not a message of the protocol; <see cref="StreamMessage.Error"/> says why.</summary>
    Malformed,
}

/// <summary>
/// One message of a Twilio media stream. It points into the bytes it was read from and is valid as long as they are. The receiver owns
/// <see cref="Audio"/>.
/// </summary>
public readonly ref struct StreamMessage
{
    /// <summary>What it is; decides which other members are set.</summary>
    public StreamMessageKind Kind { get; init; }

    /// <summary>Why the message is <see cref="StreamMessageKind.Malformed"/>; short, without anything from the message.</summary>
    public string? Error { get; init; }

    /// <summary>From 1, +1 with every message of the stream; 0 when the message has none.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>The stream's id in UTF-8; empty when the message has none.</summary>
    public ReadOnlySpan<byte> StreamSid { get; init; }

    /// <summary>Media: it is the caller's audio. Other tracks carry no <see cref="Audio"/>.</summary>
    public bool IsInbound { get; init; }

    /// <summary>Media: from 1, +1 with every media message of the track; 0 when the message has none.</summary>
    public long Chunk { get; init; }

    /// <summary>Media: when the audio began, in milliseconds since the stream started.</summary>
    public long TimestampMs { get; init; }

    /// <summary>Media of the inbound track: mu-law 8 kHz in pooled memory, with its timestamp; the receiver disposes it.</summary>
    public AudioFrame? Audio { get; init; }

    /// <summary>Dtmf: <c>0</c>-<c>9</c>, <c>*</c>, <c>#</c>, <c>A</c>-<c>D</c>.</summary>
    public char Digit { get; init; }

    /// <summary>Mark: the name it was sent with.</summary>
    public string? MarkName { get; init; }

    /// <summary>Start: what the stream is.</summary>
    public StreamStart? Start { get; init; }

    internal static StreamMessage Malformed(string reason) => new() { Kind = StreamMessageKind.Malformed, Error = reason };
}
