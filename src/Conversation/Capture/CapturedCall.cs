using System.Buffers.Binary;
using System.Text;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Capture;

/// <summary>A captured call, read from its file.</summary>
public sealed class CapturedCall
{
    private CapturedCall(CaptureHeader header) => Header = header;

    /// <summary>What anybody may read.</summary>
    public CaptureHeader Header { get; }

    /// <summary>The file ends before the call does: only its whole blocks are here.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Length of what is here, in milliseconds.</summary>
    public long DurationMs => Steps.Count == 0 ? 0 : Steps[^1].AtMs;

    internal CaptureHead Head { get; private set; } = null!;

    internal DateTimeOffset StartedAt { get; private set; }

    /// <summary>The first is the call's beginning and has no event.</summary>
    internal List<CapturedStep> Steps { get; } = [];

    /// <summary>Reads a capture; <paramref name="key"/> is the base64 of the key when it is encrypted.</summary>
    /// <exception cref="CaptureException">It is no capture, damaged, or needs another key.</exception>
    public static CapturedCall Read(Stream stream, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!CaptureKey.TryParse(key, out var bytes))
            throw new CaptureException("The key must be the base64 of 32 bytes.");

        var header = CaptureHeaderFormat.Read(stream, bytes, out var raw, out var fileKey);
        var call = new CapturedCall(header);
        using var cipher = new BlockCipher(raw, fileKey);
        call.ReadBlocks(stream, cipher);
        if (call.Steps.Count == 0)
            throw new CaptureException("The capture is cut short in its first block: nothing of the call is left.");
        return call;
    }

    private void ReadBlocks(Stream stream, BlockCipher cipher)
    {
        var prefix = new byte[BlockCipher.PrefixBytes];
        long atMs = 0, timestampMs = 0;
        for (var number = 1; ; number++)
        {
            if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
            {
                IsTruncated = true;
                return;
            }

            var stored = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(4));
            if (stored is < 0 or > BlockCipher.MostBytes || length is < 0 or > BlockCipher.MostBytes || prefix[8] > 1)
                throw Changed(number);

            var (body, whole) = ReadBody(stream, stored + cipher.SealBytes);
            if (!whole)
            {
                IsTruncated = true;
                return;
            }

            var records = cipher.Open(prefix, body.AsSpan(0, stored), body.AsSpan(stored)) ?? throw Changed(number);
            Read(records, ref atMs, ref timestampMs);
            if (prefix[8] == 1)
            {
                if (stream.ReadByte() >= 0)
                    throw new CaptureException("The capture goes on behind its end: it was changed.");
                return;
            }
        }
    }

    // Grows as the bytes come: a length alone reserves no memory.
    private static (byte[] Body, bool Whole) ReadBody(Stream stream, int length)
    {
        var body = new byte[Math.Min(length, 1024 * 1024)];
        var have = 0;
        while (true)
        {
            have += stream.ReadAtLeast(body.AsSpan(have), body.Length - have, throwOnEndOfStream: false);
            if (have < body.Length)
                return (body, false);
            if (have == length)
                return (body, true);
            Array.Resize(ref body, Math.Min(length, body.Length * 2));
        }
    }

    private void Read(byte[] records, ref long atMs, ref long timestampMs)
    {
        var reader = new RecordReader(records);
        while (reader.Next(out var kind, out var sinceMs))
        {
            atMs += sinceMs;
            switch (kind)
            {
                case EventRecords.Head when Head is null:
                    Head = EventRecords.Json<CaptureHead>(Encoding.UTF8.GetString(reader.Bytes()));
                    break;
                case EventRecords.Began when Head is not null && Steps.Count == 0:
                    StartedAt = new DateTimeOffset(reader.Number(), TimeSpan.Zero);
                    Steps.Add(new CapturedStep(atMs, null, []));
                    break;
                case >= EventRecords.FirstOutput when Steps.Count > 0:
                    Steps[^1].Outputs.Add(new CallOutput(
                        atMs, (CallOutputKind)(kind - EventRecords.FirstOutput), reader.Number(), reader.Text() ?? ""));
                    break;
                case >= EventRecords.First and < EventRecords.FirstOutput when Steps.Count > 0:
                    Steps.Add(new CapturedStep(
                        atMs, EventRecords.Read(ref reader, (CallEventKind)(kind - EventRecords.First), ref timestampMs), []));
                    break;
                default:
                    throw RecordReader.Damaged();
            }
        }
    }

    private static CaptureException Changed(int block) => new($"Block {block} of the capture is damaged or was changed.");
}
