using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Tests;

public sealed class EventTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_in_progress_is_followed_to_its_end(bool byCarrier)
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync(ended: false);
        await tenant.TurnAsync(call, 0, "agent", "Hello");
        using var client = tenant.Client();
        await using var events = await OpenAsync(client, byCarrier ? $"by-carrier/{call.CarrierId}" : call.Id.ToString());

        var first = await events.NextAsync();
        first.EventType.ShouldBe("turn");
        first.EventId.ShouldBe("0");
        var turn = JsonSerializer.Deserialize<JsonElement>(first.Data);
        turn.GetProperty("speaker").GetString().ShouldBe("agent");
        turn.GetProperty("heardText").GetString().ShouldBe("Hello");

        // Written only after the turns before were seen: it can only come through the signal.
        await tenant.TurnAsync(call, 1, "caller", "A table\nfor four");
        var second = await events.NextAsync();
        second.EventId.ShouldBe("1");
        JsonSerializer.Deserialize<JsonElement>(second.Data).GetProperty("generatedText").GetString().ShouldBe("A table\nfor four");

        await tenant.TurnAsync(call, 2, "agent", "Gladly");
        await tenant.EndAsync(call);
        (await events.NextAsync()).EventId.ShouldBe("2");
        var ended = await events.NextAsync();
        ended.EventType.ShouldBe("ended");
        JsonSerializer.Deserialize<JsonElement>(ended.Data).GetProperty("endReason").GetString().ShouldBe("agentEnded");
        (await events.IsOverAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_last_event_seen()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync();
        for (var i = 0; i < 4; i++)
            await tenant.TurnAsync(call, i, i % 2 == 0 ? "agent" : "caller", "turn " + i);
        using var client = tenant.Client();
        await using var events = await OpenAsync(client, call.Id.ToString(), lastEventId: "1");
        (await events.NextAsync()).EventId.ShouldBe("2");
        (await events.NextAsync()).EventId.ShouldBe("3");
        (await events.NextAsync()).EventType.ShouldBe("ended");
        (await events.IsOverAsync()).ShouldBeTrue();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public async Task A_last_event_that_never_was_is_a_problem(string lastEventId)
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync();
        using var client = tenant.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/calls/{call.Id}/events");
        request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await client.SendAsync(request);
        await response.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_quiet_stream_shows_that_it_lives_and_ends_with_its_key()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync(ended: false);
        await using var host = await AdminHost.StartAsync(
            fixture.Database, fixture.Signals, time: null, ("Admin:EventHeartbeat", "00:00:00.020"), ("Admin:KeyCacheDuration", "00:00:00"));
        using var client = host.Client(tenant.Key);
        using var response = await client.GetAsync($"/api/calls/{call.Id}/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe(": still here");

        var key = (await fixture.Keys.ListAsync(TenantScope.Of(tenant.Id), CancellationToken.None)).Single();
        await fixture.Keys.RevokeAsync(TenantScope.Operator, key.Id, CancellationToken.None);
        (await reader.ReadToEndAsync()).ShouldNotContain("event:");
    }

    [Fact]
    public async Task A_turn_whose_signal_was_lost_comes_with_the_next_look()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync(ended: false);
        await using var deaf = new Persistence.Signals.DatabaseSignals(
            fixture.Database, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Persistence.Signals.DatabaseSignals>.Instance);
        await using var host = await AdminHost.StartAsync(fixture.Database, deaf, time: null, ("Admin:EventHeartbeat", "00:00:00.020"));
        using var client = host.Client(tenant.Key);
        await using var events = await OpenAsync(client, call.Id.ToString());
        await tenant.TurnAsync(call, 0, "agent", "Hello");
        (await events.NextAsync()).EventId.ShouldBe("0");
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams()
    {
        var tenant = await fixture.NewTenantAsync();
        var call = await tenant.CallAsync(ended: false);
        await using var host = await AdminHost.StartAsync(fixture.Database, fixture.Signals);
        using var client = host.Client(tenant.Key);
        await using var events = await OpenAsync(client, call.Id.ToString());
        await host.StopAsync();
        (await events.IsOverAsync()).ShouldBeTrue();
    }

    private static async Task<EventReader> OpenAsync(HttpClient client, string call, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/calls/{call}/events");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        request.Headers.Accept.ParseAdd("text/event-stream");
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    private sealed class EventReader(HttpResponseMessage response, Stream body) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> items = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();

        public async Task<SseItem<string>> NextAsync()
        {
            (await items.MoveNextAsync()).ShouldBeTrue("The stream ended.");
            return items.Current;
        }

        public async Task<bool> IsOverAsync() => !await items.MoveNextAsync();

        public async ValueTask DisposeAsync()
        {
            await items.DisposeAsync();
            response.Dispose();
        }
    }
}
