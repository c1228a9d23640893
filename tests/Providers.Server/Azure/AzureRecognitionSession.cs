using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.Azure;

/// <summary>One recognition connection: section by section what the protocol says, in order.</summary>
internal sealed class AzureRecognitionSession(AzureServer server, WebSocket socket, AzureConnection connection, AzureFault fault)
{
    private const int LargestBody = 8192;
    private const int TicksPerSample = 1250;
    private const int ScriptedWordSamples = 2400;

    private readonly AzureFrames frames = new(socket, server.Violations.Enqueue) { FrameBytes = fault.FrameBytes };
    private readonly List<HeardWord> words = [];
    private AzureTurnRecord? turn;
    private ToneEar ear = new(null);
    private CancellationToken aborted;
    private int segmentationSamples;
    private bool hasStarted;
    private bool speechStarted;
    private bool faultDone;
    private int told;
    private long received;
    private string lastHypothesis = "{}";

    public async Task RunAsync(HttpContext context)
    {
        aborted = context.RequestAborted;
        try
        {
            while (await frames.ReadAsync(aborted) is { } frame)
            {
                await HandleAsync(frame);
                if (!await FailAsync(context))
                    return;
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", aborted);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client went.
        }
    }

    private static long Ticks(long samples) => samples * TicksPerSample;

    private Task SendAsync(string path, object body) =>
        fault.Silent ? Task.CompletedTask : frames.SendTextAsync(path, turn!.RequestId, body as string ?? JsonSerializer.Serialize(body), aborted);

    private async Task HandleAsync(AzureFrame frame)
    {
        switch (frame.Path.ToLowerInvariant())
        {
            case "speech.config":
                Expect(connection.Config is null, "speech.config twice on a socket");
                Expect(IsJson(frame.Text), "a speech.config that is not JSON");
                connection.Config = frame.Text;
                break;
            case "speech.context":
                Expect(connection.Config is not null, "speech.context before speech.config");
                Expect(turn is null || turn.IsEnded, "a new turn before the old one is over");
                Expect(IsJson(frame.Text), "a speech.context that is not JSON");
                Expect(connection.Turns.All(t => t.RequestId != frame.RequestId), "a request id that was used before");
                BeginTurn(frame);
                break;
            case "audio":
                if (turn is null || frame.RequestId != turn.RequestId)
                    server.Violations.Enqueue("audio of no turn");
                else
                    await HearAsync(frame);
                break;
            case "telemetry":
                break;
            default:
                server.Violations.Enqueue("a message of unknown path " + frame.Path);
                break;
        }
    }

    private void BeginTurn(AzureFrame frame)
    {
        turn = new AzureTurnRecord(frame.RequestId, frame.Text);
        connection.Turns.Enqueue(turn);
        ear = new ToneEar(server.Vocabulary);
        words.Clear();
        hasStarted = speechStarted = false;
        told = 0;
        segmentationSamples = 8 * (connection.Query.TryGetValue("segmentationSilenceTimeoutMs", out var ms)
            ? int.Parse(ms, System.Globalization.CultureInfo.InvariantCulture)
            : 500);
    }

    private async Task HearAsync(AzureFrame frame)
    {
        Expect(frame.IsBinary, "audio in a text message");
        Expect(frame.Body.Length <= LargestBody, "an audio message of more than 8,192 bytes");
        if (turn!.FormatTag == 0)
        {
            CheckHeader(frame);
            return;
        }

        if (frame.Body.Length == 0)
        {
            turn.IsEnded = true;
            ear.Finish(words);
            await FinishAsync();
            return;
        }

        var samples = Decode(frame.Body);
        turn.Add(samples.Length);
        received += samples.Length;
        if (!hasStarted)
        {
            hasStarted = true;
            await SendAsync("turn.start", new { context = new { serviceTag = "local" } });
        }

        foreach (var sample in samples)
        {
            ear.Hear(sample, words);
            if (!speechStarted && ear.IsSounding)
            {
                speechStarted = true;
                await SendAsync("speech.startDetected", new { Offset = Ticks(ear.Position) });
            }

            await GuessAsync();
            if (speechStarted && ear.Silence >= segmentationSamples)
                await PhraseAsync();
        }
    }

    private void CheckHeader(AzureFrame frame)
    {
        var body = frame.Body;
        var isHeader = body.Length == 44 && body.AsSpan(0, 4).SequenceEqual("RIFF"u8) && body.AsSpan(8, 8).SequenceEqual("WAVEfmt "u8)
            && body.AsSpan(36, 4).SequenceEqual("data"u8);
        Expect(isHeader, "audio before its RIFF header");
        Expect(frame.Headers.ContainsKey("Content-Type"), "a RIFF header without content type");
        if (!isHeader)
            return;

        turn!.FormatTag = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(20));
        Expect(BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(4)) == 0 && BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(40)) == 0,
            "a RIFF header of audio that has an end");
        Expect(BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(24)) == 8000, "audio that is not of 8 kHz");
        Expect((turn.FormatTag, BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(34))) is (1, 16) or (7, 8), "a format that is neither PCM nor mu-law");
    }

    private short[] Decode(byte[] body)
    {
        if (turn!.FormatTag == 7)
            return Array.ConvertAll(body, Expand);

        Expect(body.Length % 2 == 0, "half a sample");
        return MemoryMarshal.Cast<byte, short>(body.AsSpan(0, body.Length & ~1)).ToArray();
    }

    /// <summary>ITU-T G.711, table 2a, decoder output values.</summary>
    private static short Expand(byte code)
    {
        var bits = ~code & 0xFF;
        var magnitude = (((bits & 15) << 3) + 132 << ((bits >> 4) & 7)) - 132;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    /// <summary>The words so far, lower case, without punctuation.</summary>
    private async Task GuessAsync()
    {
        var heard = words.Count;
        var texts = words.Select(w => w.Text);
        if (server.Script.TryPeek(out var script) && speechStarted)
        {
            var all = script.Split(' ');
            heard = (int)Math.Min(all.Length, ear.Position / ScriptedWordSamples);
            texts = all.Take(heard);
        }

        if (heard <= told)
            return;

        told = heard;
        var text = string.Join(' ', texts).TrimEnd('.', '?', '!').ToLowerInvariant();
        var (start, end) = words.Count > 0 ? (words[0].Start, words[^1].End) : (0, ear.Position);
        lastHypothesis = JsonSerializer.Serialize(new { Text = text, Offset = Ticks(start), Duration = Ticks(end - start) });
        await SendAsync("speech.hypothesis", lastHypothesis);
    }

    private async Task PhraseAsync()
    {
        speechStarted = false;
        told = 0;
        if (fault.WithholdsPhrases)
            return;

        var scripted = server.Script.TryDequeue(out var script);
        var text = scripted ? script! : string.Join(' ', words.Select(w => w.Text));
        var (start, end) = words.Count > 0 ? (words[0].Start, words[^1].End) : (0, Math.Max(1, ear.Position - ear.Silence));
        words.Clear();
        var wait = server.PhraseDelay + (server.PhraseAfterSound > TimeSpan.Zero ? server.PhraseAfterSound - TimeSpan.FromMilliseconds(ear.Silence / 8) : TimeSpan.Zero);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, server.Clock, aborted);

        var display = text.Length == 0 || scripted ? text : char.ToUpperInvariant(text[0]) + text[1..] + ".";
        await SendAsync("speech.phrase", new
        {
            RecognitionStatus = fault.PhraseStatus ?? (text.Length > 0 ? "Success" : "NoMatch"),
            DisplayText = display,
            Offset = Ticks(start),
            Duration = Ticks(end - start),
        });
        if (fault.StaleHypothesis)
            await SendAsync("speech.hypothesis", lastHypothesis);
    }

    private async Task FinishAsync()
    {
        await GuessAsync();
        if (speechStarted || words.Count > 0)
            await PhraseAsync();
        if (fault.WithholdsPhrases)
            return;

        if (!hasStarted)
            await SendAsync("turn.start", new { context = new { serviceTag = "local" } });
        await SendAsync("speech.endDetected", new { Offset = Ticks(ear.Position) });
        await SendAsync("speech.phrase", new { RecognitionStatus = "EndOfDictation", Offset = Ticks(ear.Position), Duration = 0 });
        await SendAsync("turn.end", "{}");
    }

    /// <summary>Does what is to go wrong; false when the connection is over.</summary>
    private async Task<bool> FailAsync(HttpContext context)
    {
        if (faultDone || received < fault.AtMs * 8L || received == 0)
            return true;

        if (fault.Abort)
        {
            context.Abort();
            return false;
        }

        if (fault.CloseCode is { } code)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, fault.CloseReason, aborted);
            return false;
        }

        faultDone = true;
        if (fault.HypothesisBody is { } body)
            await SendAsync("speech.hypothesis", body);
        if (fault.EmptyPhrase)
            await SendAsync("speech.phrase", new { RecognitionStatus = "Success", DisplayText = "", Offset = 0, Duration = Ticks(0) });
        if (fault.EndTurn)
        {
            await SendAsync("turn.end", "{}");
            turn!.IsEnded = true;
        }

        return true;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Expect(bool holds, string violation)
    {
        if (!holds)
            server.Violations.Enqueue(violation);
    }
}
