using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Persistence.Tests.Calendars;

/// <summary>Somebody's calendar on this machine.</summary>
internal sealed class CalendarHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private CalendarHost(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single() + "/private-1234/basic.ics";

    /// <summary>What is in it; without it it answers <see cref="Status"/>.</summary>
    public string? Text { get; set; }

    public int Status { get; set; } = StatusCodes.Status500InternalServerError;

    public string ETag { get; set; } = "\"1\"";

    public ConcurrentQueue<int> Answers { get; } = new();

    public static async Task<CalendarHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var host = new CalendarHost(app);
        app.MapGet("/private-1234/basic.ics", host.AnswerAsync);
        await app.StartAsync();
        return host;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var unchanged = context.Request.Headers.IfNoneMatch.ToString() == ETag;
        context.Response.StatusCode = Text is null ? Status : unchanged ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        context.Response.Headers.ETag = ETag;
        Answers.Enqueue(context.Response.StatusCode);
        if (context.Response.StatusCode == StatusCodes.Status200OK)
            await context.Response.WriteAsync(Text!);
    }
}
