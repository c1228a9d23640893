using System.Net;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Tests.Sessions;

namespace Parley.MediaGateway.Tests.Endpoints;

/// <summary>What is refused before there is a WebSocket.</summary>
[Collection(MediaStreams.Name)]
public sealed class MediaStreamUpgradeTests
{
    // For wss://voice.example.com/twilio/media with the auth token 12345; computed with Twilio's helper library.
    private const string Signature = "PGLrn08/Ba1sEIuSwPQRBPD54PA=";

    [Fact]
    public async Task A_plain_request_is_told_to_upgrade()
    {
        await using var host = await MediaHost.StartAsync();
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(host.Address, "/twilio/media"), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        response.Headers.Upgrade.ToString().ShouldBe("websocket");
        await host.VerifyAsync();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Forbidden)]
    [InlineData("PGLrn08/Ba1sEIuSwPQRBPD54PB=", HttpStatusCode.Forbidden)]
    [InlineData("nonsense", HttpStatusCode.Forbidden)]
    [InlineData(Signature, HttpStatusCode.SwitchingProtocols)]
    public async Task With_an_auth_token_the_upgrade_must_be_signed(string? signature, HttpStatusCode expected)
    {
        await using var host = await MediaHost.StartAsync(null, null,
            ("Twilio:AccountSid", "AC0123456789abcdef0123456789abcdef"),
            ("Twilio:AuthToken", "12345"),
            ("Twilio:PublicBaseUrl", "https://voice.example.com"));
        await using (var caller = await host.ConnectAsync(new() { Signature = signature }))
            caller.Status.ShouldBe(expected);

        await host.VerifyAsync();
    }

    [Fact]
    public async Task When_all_places_are_taken_the_next_is_told_503_until_one_is_free()
    {
        await using var host = await MediaHost.StartAsync(null, null, ("Gateway:MaxCalls", "1"));
        await using (var first = await host.CallAsync())
        {
            await using (var second = await host.ConnectAsync())
                second.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await host.ReadyAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);
            await first.HangUpAsync();
        }

        await host.VerifyAsync(CallEndReason.CallerHungUp);
        (await host.ReadyAsync()).ShouldBe(HttpStatusCode.OK);
        await using var third = await host.CallAsync();
        await third.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp, CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task Of_connections_that_start_together_no_more_than_the_limit_become_calls()
    {
        await using var host = await MediaHost.StartAsync(null, null, ("Gateway:MaxCalls", "1"));
        await using var first = await host.ConnectAsync();
        await using var second = await host.ConnectAsync();
        await first.StartAsync(host.Announce());
        await Eventually.Holds(() => host.Registry.Count == 1, "the first is a call");
        await second.StartAsync(host.Announce());

        (await second.Closed).ShouldNotBeNull();
        host.Registry.Count.ShouldBe(1);
        await first.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }
}
