using System.Globalization;
using Parley.Calling;
using Parley.MediaGateway.Twilio;
using Parley.Persistence.Reporting;
using Spectre.Console;

namespace Parley.Commands;

/// <summary>Places a sample call against the server that has just started, with a key that lives as long as the call.</summary>
internal static class SampleCall
{
    public static async Task PlaceAsync(WebApplication app, ApiKeys keys, FileInfo file, CancellationToken cancellation)
    {
        var script = CallScriptReader.ReadFile(file.FullName);
        var twilio = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<TwilioOptions>>().Value;
        var server = new Uri(app.Urls.First());
        var options = new TwilioCallOptions
        {
            Server = server,
            PublicUrl = twilio.PublicBaseUrl,
            AuthToken = twilio.AuthToken,
            From = script.From,
            To = script.To,
            DialStatus = script.DialStatus,
            MaxDuration = TimeSpan.FromMinutes(3),
        };
        var key = await keys.CreateAsync(TenantScope.Operator, "sample call", cancellation);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
            var console = new CallConsole(AnsiConsole.Console, quiet: false);
            var runner = new CallRunner(options, http, new HttpCallResultSource(server, key.Secret, http), console, TimeProvider.System);
            console.End(await runner.RunAsync(script, null, cancellation), timeline: false);
            Console.WriteLine();
            Console.WriteLine($"Still serving at {app.Urls.First()}. Ctrl+C stops.");
        }
        catch (CallFailedException e)
        {
            // The server is what was asked for; it goes on serving.
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]The sample call failed: {e.Message}[/]");
        }
        finally
        {
            await keys.RevokeAsync(TenantScope.Operator, key.Key.Id, CancellationToken.None);
        }
    }
}
