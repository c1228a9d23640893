using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.EndToEnd.Tests;

/// <summary>The part of Twilio's REST API that sends text messages, as its documentation describes it, on this machine.</summary>
internal sealed class TwilioApi : IAsyncDisposable
{
    public const string AccountSid = "AC00000000000000000000000000000001";
    public const string AuthToken = "not-a-secret-0123456789abcdef";

    /// <summary>A number that Twilio takes for none.</summary>
    public const string BadNumber = "+14155550199";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> taken = new();

    private TwilioApi(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>The messages that were taken, with their <c>Sid</c>.</summary>
    public IReadOnlyCollection<IReadOnlyDictionary<string, string>> Taken => taken;

    public static async Task<TwilioApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var api = new TwilioApi(app);
        app.MapPost($"/2010-04-01/Accounts/{AccountSid}/Messages.json", api.SendAsync);
        await app.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task SendAsync(HttpContext context)
    {
        var credentials = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{AccountSid}:{AuthToken}"));
        if (context.Request.Headers.Authorization != credentials)
        {
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, new { code = 20003, message = "Authenticate", status = 401 });
            return;
        }

        var form = (await context.Request.ReadFormAsync()).ToDictionary(f => f.Key, f => f.Value.ToString());
        if (form["To"] == BadNumber)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest,
                new { code = 21211, message = $"Invalid 'To' Phone Number: {BadNumber}", status = 400 });
            return;
        }

        form["Sid"] = "SM" + taken.Count.ToString("x32", CultureInfo.InvariantCulture);
        taken.Enqueue(form);
        await AnswerAsync(context, StatusCodes.Status201Created, new { sid = form["Sid"], status = "queued" });
    }

    private static Task AnswerAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body);
    }
}
