using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.Azure;

/// <summary>Synthesis over REST: mu-law for markup, streamed in odd pieces.</summary>
internal sealed class AzureSynthesisEndpoint(AzureServer server)
{
    public async Task HandleAsync(HttpContext context)
    {
        server.SynthesisFaults.TryDequeue(out var fault);
        server.SynthesisConnections[context.Connection.Id] = true;
        var request = context.Request;
        var status = fault?.Status ?? Check(request);
        if (fault?.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (fault?.Date is { } date)
            context.Response.Headers.Date = date.ToString("R", CultureInfo.InvariantCulture);
        if (status != 200)
        {
            await RefuseAsync(context, status, fault?.Body ?? "");
            return;
        }

        using var reader = new StreamReader(request.Body);
        if (Read(await reader.ReadToEndAsync(context.RequestAborted)) is not { } synthesis)
        {
            await RefuseAsync(context, 400, "Speech markup is not valid");
            return;
        }

        if (!server.Voices.Contains(synthesis.Voice))
        {
            await RefuseAsync(context, 400, "Unsupported voice " + synthesis.Voice);
            return;
        }

        server.Syntheses.Enqueue(synthesis);
        try
        {
            await StreamAsync(context, AzureSound.Of(synthesis.Text), fault ?? new AzureSynthesisFault());
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has heard enough.
        }
    }

    /// <summary>What the markup says; null for markup that is not valid.</summary>
    public static AzureSynthesis? Read(string ssml)
    {
        try
        {
            var speak = XDocument.Parse(ssml, LoadOptions.PreserveWhitespace).Root!;
            XNamespace ns = "http://www.w3.org/2001/10/synthesis";
            if (speak.Name != ns + "speak" || speak.Attribute("version")?.Value != "1.0" || speak.Attribute(XNamespace.Xml + "lang") is not { } language
                || speak.Element(ns + "voice") is not { } voice)
            {
                return null;
            }

            return new AzureSynthesis(voice.Value, voice.Attribute("name")?.Value ?? "", language.Value, voice.Element(ns + "prosody")?.Attribute("rate")?.Value);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private int Check(HttpRequest request)
    {
        if (!server.IsAuthorized(request))
            return 401;
        if (request.ContentType?.StartsWith("application/ssml+xml", StringComparison.OrdinalIgnoreCase) != true)
            return 415;
        return request.Headers["X-Microsoft-OutputFormat"] == "raw-8khz-8bit-mono-mulaw" && request.Headers.UserAgent is [{ Length: > 0 and < 255 }] ? 200 : 400;
    }

    private static async Task RefuseAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    }

    private async Task StreamAsync(HttpContext context, byte[] audio, AzureSynthesisFault fault)
    {
        if (server.SynthesisDelay > TimeSpan.Zero)
            await Task.Delay(server.SynthesisDelay, server.Clock, context.RequestAborted);
        if (fault.StallAfterBytes < 0)
            await Task.Delay(Timeout.InfiniteTimeSpan, server.Clock, context.RequestAborted);

        context.Response.ContentType = fault.ContentType ?? "audio/basic";
        await context.Response.StartAsync(context.RequestAborted);
        var sent = 0;
        while (fault.Endless || sent < audio.Length)
        {
            var at = sent % audio.Length;
            var count = Math.Min(server.SynthesisChunkBytes, audio.Length - at);
            var (cut, stall) = (Before(fault.CutAfterBytes, sent, count), Before(fault.StallAfterBytes, sent, count));
            if (Math.Min(cut, stall) is var last and < int.MaxValue)
            {
                await context.Response.Body.WriteAsync(audio.AsMemory(at, last), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                if (cut <= stall)
                {
                    context.Abort();
                    return;
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, server.Clock, context.RequestAborted);
            }

            await context.Response.Body.WriteAsync(audio.AsMemory(at, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (server.SynthesisGap > TimeSpan.Zero)
                await Task.Delay(server.SynthesisGap, server.Clock, context.RequestAborted);
            sent += count;
        }
    }

    private static int Before(int? limit, int sent, int count) => limit is { } at && sent + count >= at ? at - sent : int.MaxValue;
}
