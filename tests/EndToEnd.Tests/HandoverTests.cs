using System.Net;
using System.Text.RegularExpressions;
using Parley.Tests.Database;

namespace Parley.EndToEnd.Tests;

/// <summary>Two servers on one database, behind one address: a call outlives the one it began at.</summary>
public sealed partial class HandoverTests : IAsyncLifetime
{
    private readonly DataFolder data = new();
    private readonly DataFolder otherData = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
    private PostgresServer postgres = null!;
    private (string, string)[] settings = [];

    public HandoverTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent");

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresServer.StartAsync();
        settings =
        [
            ("ConnectionStrings__Parley", await postgres.CreateDatabaseAsync()),
            ("Twilio__TokenKey", "what the gateways of one number share"),
            ("Gateway__DrainSeconds", "1"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        http.Dispose();
        data.Dispose();
        otherData.Dispose();
    }

    [Fact]
    public async Task A_call_goes_on_at_another_server_after_its_own_was_killed()
    {
        var (first, address) = await ParleyProcess.ServeAsync(data, settings);
        await using var killed = first;
        var key = await first.KeyAsync();
        var (second, otherAddress) = await ParleyProcess.ServeAsync(otherData, settings);
        await using var other = second;
        await using var line = new Line(address);
        var (call, running) = LongCall.Begin(line, "+14155550170");
        await LongCall.UntilNameIsKnownAsync(new OwnersApi(address, key, http), call.CallSid);

        line.Hold();
        await first.KillAsync();
        line.ConnectTo(otherAddress);

        await LongCall.EndsWithOneBookingAsync(new OwnersApi(otherAddress, key, http), call, await running);
    }

    [Fact]
    public async Task A_server_that_stops_sends_new_calls_elsewhere_and_hands_over_those_that_do_not_end_in_time()
    {
        var (first, address) = await ParleyProcess.ServeAsync(data, settings);
        await using var stopped = first;
        var key = await first.KeyAsync();
        var (second, otherAddress) = await ParleyProcess.ServeAsync(otherData, settings);
        await using var other = second;
        await using var line = new Line(address);
        var (call, running) = LongCall.Begin(line, "+14155550171");
        await LongCall.UntilNameIsKnownAsync(new OwnersApi(address, key, http), call.CallSid);

        await first.TerminateAsync();
        await Until.TrueAsync(async () => (await http.GetAsync(new Uri(address, "/health/ready"))).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["CallSid"] = "CA00000000000000000000000000000171",
            ["From"] = "+14155550172",
            ["To"] = "+12125550101",
            ["CallStatus"] = "ringing",
        });
        using var answer = await http.PostAsync(new Uri(address, "/twilio/voice"), form);
        var twiml = await answer.Content.ReadAsStringAsync();
        // What a load balancer does when it sees that a server is not ready.
        line.Hold();
        line.ConnectTo(otherAddress);

        Again().IsMatch(twiml).ShouldBeTrue(twiml);
        (await first.ExitAsync()).ShouldBe(0, first.Errors);
        await LongCall.EndsWithOneBookingAsync(new OwnersApi(otherAddress, key, http), call, await running);
    }

    [GeneratedRegex("<Pause length=\"3\" /><Redirect method=\"POST\">http://[^<]*/twilio/voice\\?attempt=1</Redirect>")]
    private static partial Regex Again();
}
