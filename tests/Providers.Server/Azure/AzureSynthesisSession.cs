using System.Net.WebSockets;

namespace Parley.Providers.Server.Azure;

/// <summary>Synthesis over a WebSocket, as official clients do it.</summary>
internal sealed class AzureSynthesisSession(AzureServer server, WebSocket socket)
{
    private const string StreamId = "4E1C7A3D9B0F4C5E8A2D6B7C8D9E0F11";
    private readonly AzureFrames frames = new(socket, server.Violations.Enqueue);
    private bool configured;
    private string? context;

    public async Task RunAsync(CancellationToken aborted)
    {
        try
        {
            while (await frames.ReadAsync(aborted) is { } frame)
            {
                switch (frame.Path.ToLowerInvariant())
                {
                    case "speech.config":
                        configured = true;
                        break;
                    case "synthesis.context":
                        if (!configured)
                            server.Violations.Enqueue("synthesis.context before speech.config");
                        context = frame.RequestId;
                        break;
                    case "ssml":
                        if (!await SpeakAsync(frame, aborted))
                            return;
                        break;
                }
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", aborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client went.
        }
    }

    private async Task<bool> SpeakAsync(AzureFrame frame, CancellationToken aborted)
    {
        if (context != frame.RequestId)
            server.Violations.Enqueue("ssml without its synthesis.context");
        if (AzureSynthesisEndpoint.Read(frame.Text) is not { } synthesis || !server.Voices.Contains(synthesis.Voice))
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.InvalidPayloadData, "Unsupported voice or markup", aborted);
            return false;
        }

        server.Syntheses.Enqueue(synthesis);
        var id = frame.RequestId;
        await frames.SendTextAsync("turn.start", id, """{"context":{"serviceTag":"local"}}""", aborted);
        await frames.SendTextAsync(
            "response", id, $$$"""{"context":{"serviceTag":"local"},"audio":{"type":"inline","streamId":"{{{StreamId}}}"}}""", aborted);
        var audio = AzureSound.Of(synthesis.Text);
        for (var at = 0; at < audio.Length; at += server.SynthesisChunkBytes)
            await frames.SendAudioAsync(id, StreamId, audio.AsMemory(at, Math.Min(server.SynthesisChunkBytes, audio.Length - at)), aborted);
        await frames.SendAudioAsync(id, StreamId, ReadOnlyMemory<byte>.Empty, aborted);
        await frames.SendTextAsync("turn.end", id, "{}", aborted);
        return true;
    }
}
