using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Telemetry;

namespace Parley.Tests.Telemetry;

public sealed class OtlpTests
{
    [Fact]
    public async Task Metrics_and_spans_reach_a_collector()
    {
        var bodies = new ConcurrentDictionary<string, string>();
        await using var collector = Collector(bodies);
        await collector.StartAsync(TestContext.Current.CancellationToken);

        await using (var host = new TelemetryHost(("Telemetry:Otlp:Endpoint", collector.Urls.Single())))
        {
            await host.Services.GetServices<IHostedService>().OfType<OtlpExport>().Single().StartAsync(CancellationToken.None);
            DashboardTests.Measure(host.Services.GetRequiredService<ConversationMetrics>());
            using (var call = CallTracing.Call(Guid.Empty))
            {
                CallTracing.Turn(new TurnTimes { SpeechEndMs = 100, FirstFrameSentMs = 600 }, interrupted: true, DateTimeOffset.UnixEpoch.AddDays(1), 2000);
                CallTracing.Ended(call, CallEndReason.CallerHungUp);
            }
        }

        // Names are plain strings in protobuf.
        var metrics = bodies["/v1/metrics"];
        foreach (var name in (string[])["parley.calls.started", "parley.turn.response", "parley.provider.first_output", "dotnet.gc.collections",
            "process.thread.count", "parley", "service.name"])
            metrics.ShouldContain(name);
        var traces = bodies["/v1/traces"];
        foreach (var name in (string[])["call", "turn", "parley.turn.interrupted", "parley.turn.response_ms", "parley.call.end_reason", "CallerHungUp"])
            traces.ShouldContain(name);
    }

    [Fact]
    public async Task Without_an_endpoint_nobody_traces()
    {
        await using var host = new TelemetryHost();
        await host.Services.GetServices<IHostedService>().OfType<OtlpExport>().Single().StartAsync(CancellationToken.None);
        CallTracing.Call(Guid.Empty).ShouldBeNull();
    }

    [Theory]
    [InlineData("Telemetry:Otlp:Endpoint", "collector:4318")]
    [InlineData("Telemetry:Otlp:Protocol", "json")]
    [InlineData("Telemetry:Otlp:IntervalSeconds", "0")]
    public async Task Wrong_settings_are_told_at_the_start(string key, string value)
    {
        await using var host = new TelemetryHost((key, value));
        Should.Throw<OptionsValidationException>(() => host.Services.GetRequiredService<IStartupValidator>().Validate())
            .Failures.ShouldHaveSingleItem().ShouldStartWith(key);
    }

    private static WebApplication Collector(ConcurrentDictionary<string, string> bodies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async context =>
        {
            context.Request.ContentType.ShouldBe("application/x-protobuf");
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            bodies.AddOrUpdate(context.Request.Path.Value!, _ => Encoding.Latin1.GetString(body.ToArray()), (_, old) => old + Encoding.Latin1.GetString(body.ToArray()));
            context.Response.StatusCode = (int)HttpStatusCode.OK;
        });
        return app;
    }
}
