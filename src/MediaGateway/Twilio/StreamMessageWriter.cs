using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// Writes the messages a media stream may be sent (Twilio docs, "Media Streams - WebSocket Messages"), straight into the caller's buffer
/// and without allocating. The stream's id comes from <see cref="StreamStart"/>, where it was checked, and is written as it is.
/// </summary>
public static class StreamMessageWriter
{
    /// <summary>Longest name of a mark, in characters; ours to choose.</summary>
    public const int MaxMarkNameLength = 128;

    private static readonly SearchValues<char> MarkCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/");

    private static ReadOnlySpan<byte> MediaHead => "{\"event\":\"media\",\"streamSid\":\""u8;
    private static ReadOnlySpan<byte> MediaMiddle => "\",\"media\":{\"payload\":\""u8;
    private static ReadOnlySpan<byte> MarkHead => "{\"event\":\"mark\",\"streamSid\":\""u8;
    private static ReadOnlySpan<byte> MarkMiddle => "\",\"mark\":{\"name\":\""u8;
    private static ReadOnlySpan<byte> ClearHead => "{\"event\":\"clear\",\"streamSid\":\""u8;
    private static ReadOnlySpan<byte> NestedTail => "\"}}"u8;
    private static ReadOnlySpan<byte> FlatTail => "\"}"u8;

    /// <summary>Bytes that <see cref="WriteMedia"/> writes.</summary>
    /// <param name="audioBytes">Bytes of mu-law audio.</param>
    /// <param name="streamSidBytes">Bytes of the stream's id.</param>
    public static int MediaLength(int audioBytes, int streamSidBytes) =>
        MediaHead.Length + streamSidBytes + MediaMiddle.Length + Base64.GetMaxEncodedToUtf8Length(audioBytes) + NestedTail.Length;

    /// <summary>Bytes that <see cref="WriteMark"/> writes.</summary>
    public static int MarkLength(int nameLength, int streamSidBytes) =>
        MarkHead.Length + streamSidBytes + MarkMiddle.Length + nameLength + NestedTail.Length;

    /// <summary>Bytes that <see cref="WriteClear"/> writes.</summary>
    public static int ClearLength(int streamSidBytes) => ClearHead.Length + streamSidBytes + FlatTail.Length;

    /// <summary>Writes a <c>media</c> message.</summary>
    /// <param name="muLaw">8 kHz mono, any length; multiples of 160 bytes (20 ms) play without clicks.</param>
    /// <param name="streamSidUtf8">The stream's id.</param>
    /// <param name="destination">At least <see cref="MediaLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static int WriteMedia(ReadOnlySpan<byte> muLaw, ReadOnlySpan<byte> streamSidUtf8, Span<byte> destination)
    {
        Require(destination, MediaLength(muLaw.Length, streamSidUtf8.Length));
        var at = Put(MediaHead, destination, 0);
        at = Put(streamSidUtf8, destination, at);
        at = Put(MediaMiddle, destination, at);
        Base64.EncodeToUtf8(muLaw, destination[at..], out _, out var written);
        return Put(NestedTail, destination, at + written);
    }

    /// <summary>Writes a <c>mark</c> message.</summary>
    /// <param name="name">
    /// ASCII letters, digits and <c>-_.:/</c>, at most <see cref="MaxMarkNameLength"/>: marks are named by this program.
    /// </param>
    /// <param name="streamSidUtf8">The stream's id.</param>
    /// <param name="destination">At least <see cref="MarkLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The name has other characters, or the destination is too small.</exception>
    public static int WriteMark(ReadOnlySpan<char> name, ReadOnlySpan<byte> streamSidUtf8, Span<byte> destination)
    {
        if (name.Length is 0 or > MaxMarkNameLength || name.ContainsAnyExcept(MarkCharacters))
            throw new ArgumentException("A mark's name is made of 1 to 128 ASCII letters, digits and -_.:/", nameof(name));

        Require(destination, MarkLength(name.Length, streamSidUtf8.Length));
        var at = Put(MarkHead, destination, 0);
        at = Put(streamSidUtf8, destination, at);
        at = Put(MarkMiddle, destination, at);
        at += Encoding.ASCII.GetBytes(name, destination[at..]);
        return Put(NestedTail, destination, at);
    }

    /// <summary>Writes a <c>clear</c> message.</summary>
    /// <param name="streamSidUtf8">The stream's id.</param>
    /// <param name="destination">At least <see cref="ClearLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static int WriteClear(ReadOnlySpan<byte> streamSidUtf8, Span<byte> destination)
    {
        Require(destination, ClearLength(streamSidUtf8.Length));
        var at = Put(ClearHead, destination, 0);
        at = Put(streamSidUtf8, destination, at);
        return Put(FlatTail, destination, at);
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> destination, int at)
    {
        bytes.CopyTo(destination[at..]);
        return at + bytes.Length;
    }

    private static void Require(Span<byte> destination, int length)
    {
        if (destination.Length < length)
            throw new ArgumentException($"The message needs {length} bytes.", nameof(destination));
    }
}
