using System.Buffers.Binary;
using System.Text;

namespace Parley.Conversation.Stt.Azure;

/// <summary>
/// A message of the Speech service's WebSocket protocol: header lines, an empty line, a body; in binary messages a length instead of the empty line.
/// </summary>
/// <param name="Path">What it is, such as <c>speech.phrase</c>.</param>
/// <param name="RequestId">The turn it belongs to.</param>
/// <param name="Body">Usually JSON.</param>
internal readonly record struct AzureMessage(string Path, string RequestId, string Body)
{
    /// <summary>Reads a text message; null for one without a path.</summary>
    public static AzureMessage? Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var headers = text.AsSpan(0, end < 0 ? text.Length : end);
        string path = "", request = "";
        foreach (var range in headers.Split("\r\n"))
        {
            var line = headers[range];
            var colon = line.IndexOf(':');
            if (colon < 0)
                continue;

            var name = line[..colon].Trim();
            if (name.Equals("Path", StringComparison.OrdinalIgnoreCase))
                path = line[(colon + 1)..].Trim().ToString().ToLowerInvariant();
            else if (name.Equals("X-RequestId", StringComparison.OrdinalIgnoreCase))
                request = line[(colon + 1)..].Trim().ToString();
        }

        return path.Length == 0 ? null : new AzureMessage(path, request, end < 0 ? "" : text[(end + 4)..]);
    }

    /// <summary>A text message with a JSON body.</summary>
    public static byte[] Text(string path, string requestId, DateTimeOffset now, string json) =>
        Encoding.UTF8.GetBytes(Headers(path, requestId, now, "application/json") + "\r\n" + json);

    /// <summary>The start of a binary message, up to its body.</summary>
    public static byte[] AudioHead(string requestId, DateTimeOffset now, bool isFirst)
    {
        var headers = Headers("audio", requestId, now, isFirst ? "audio/x-wav" : null);
        var head = new byte[2 + headers.Length];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)headers.Length);
        Encoding.ASCII.GetBytes(headers, head.AsSpan(2));
        return head;
    }

    private static string Headers(string path, string requestId, DateTimeOffset now, string? contentType)
    {
        var time = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        var type = contentType is null ? "" : $"Content-Type: {contentType}\r\n";
        return $"Path: {path}\r\nX-RequestId: {requestId}\r\nX-Timestamp: {time}\r\n{type}";
    }
}
