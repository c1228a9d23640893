using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.MediaGateway.Messaging;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>
/// As much of Twilio's REST API as is used, on a port of this machine: Basic auth, messages, calls, and failures on demand. Behaves as the
/// public documentation says.
/// </summary>
internal sealed class FakeTwilioRest : IAsyncDisposable
{
    public const string AccountSid = "AC00000000000000000000000000000001";
    public const string AuthToken = "the-auth-token";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> failures = new();
    private readonly List<ServiceProvider> clients = [];

    private FakeTwilioRest(WebApplication app) => this.app = app;

    public ManualTime Time { get; } = new();

    public LogLines Log { get; } = new();

    /// <summary>Messages that were taken.</summary>
    public List<(string Sid, string To, string From, string Body, DateTimeOffset CreatedAt)> Messages { get; } = [];

    /// <summary>Forms of the requests, in order; lists count as empty forms.</summary>
    public List<IReadOnlyDictionary<string, string>> Requests { get; } = [];

    public List<string> Queries { get; } = [];

    public HashSet<string> LiveCalls { get; } = ["CA1"];

    /// <summary>The next message is taken, but its sender does not hear of it.</summary>
    public bool TakeSilently { get; set; }

    public string Url => app.Urls.Single();

    public static async Task<FakeTwilioRest> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var fake = new FakeTwilioRest(app);
        app.Run(fake.ServeAsync);
        await app.StartAsync();
        return fake;
    }

    /// <summary>Answers the next request with an error body of the API.</summary>
    public void FailNext(int status, int code, string message = "No.", string? retryAfter = null) => failures.Enqueue(context =>
    {
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return ErrorAsync(context, status, code, message);
    });

    public void AnswerNext(int status, string body) => failures.Enqueue(context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    });

    /// <summary>Lets the next request wait until its client gives up.</summary>
    public void StallNext() => failures.Enqueue(async context =>
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    });

    /// <summary>Breaks the connection instead of answering.</summary>
    public void ResetNext() => failures.Enqueue(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    public TwilioRestClient Client(params (string Key, string Value)[] settings) => Provider(settings).GetRequiredService<TwilioRestClient>();

    public IMessageSender Sender(params (string Key, string Value)[] settings) => Provider(settings).GetRequiredService<IMessageSender>();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        await app.DisposeAsync();
    }

    private ServiceProvider Provider((string Key, string Value)[] settings)
    {
        Dictionary<string, string?> values = new()
        {
            ["Twilio:AccountSid"] = AccountSid,
            ["Twilio:AuthToken"] = AuthToken,
            ["Twilio:PublicBaseUrl"] = "https://voice.example.com",
            ["Twilio:ApiBaseUrl"] = Url,
        };
        foreach (var (key, value) in settings)
            values["Twilio:" + key] = value;

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var provider = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton<TimeProvider>(Time)
            .AddTwilio(configuration)
            .AddMessaging(configuration)
            .BuildServiceProvider();
        clients.Add(provider);
        return provider;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString())
            : [];
        Requests.Add(form);
        Queries.Add(context.Request.QueryString.Value ?? "");

        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{AccountSid}:{AuthToken}"));
        if (context.Request.Headers.Authorization != expected)
        {
            await ErrorAsync(context, 401, 20003, "Authenticate");
            return;
        }

        if (failures.TryDequeue(out var fail))
        {
            if (TakeSilently && form.Count > 0)
                Take(form);
            await fail(context);
            return;
        }

        const string root = "/2010-04-01/Accounts/" + AccountSid + "/";
        var path = context.Request.Path.Value!;
        if (path == root + "Messages.json" && context.Request.Method == "POST")
        {
            var sid = Take(form);
            context.Response.StatusCode = 201;
            await context.Response.WriteAsJsonAsync(new { sid, status = "queued" });
        }
        else if (path == root + "Messages.json")
        {
            await ListAsync(context);
        }
        else if (path.StartsWith(root + "Calls/", StringComparison.Ordinal) && form.GetValueOrDefault("Status") == "completed")
        {
            var sid = path[(root.Length + 6)..^5];
            if (LiveCalls.Remove(sid))
                await context.Response.WriteAsJsonAsync(new { sid, status = "completed" });
            else
                await ErrorAsync(context, 400, 21220, "Call is not in-progress. Cannot redirect.");
        }
        else
        {
            await ErrorAsync(context, 404, 20404, "The requested resource was not found");
        }
    }

    private string Take(Dictionary<string, string> form)
    {
        var sid = "SM" + Messages.Count.ToString("x32", CultureInfo.InvariantCulture);
        Messages.Add((sid, form["To"], form.GetValueOrDefault("From", "+14155550190"), form["Body"], Time.Now));
        return sid;
    }

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var since = DateTime.ParseExact(query["DateSent>"]!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var found = Messages
            .Where(m => m.To == query["To"] && (!query.ContainsKey("From") || m.From == query["From"]) && m.CreatedAt.UtcDateTime >= since)
            .Select(m => new
            {
                sid = m.Sid,
                to = m.To,
                from = m.From,
                body = m.Body,
                direction = "outbound-api",
                date_created = m.CreatedAt.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture),
            });
        return context.Response.WriteAsJsonAsync(new { messages = found, next_page_uri = (string?)null });
    }

    private static Task ErrorAsync(HttpContext context, int status, int code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new { code, message, more_info = "https://www.twilio.com/docs/errors/" + code.ToString(CultureInfo.InvariantCulture), status });
    }
}
