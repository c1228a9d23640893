using System.Net;
using System.Text.RegularExpressions;

namespace Parley.EndToEnd.Tests;

/// <summary>A server that is told to stop, while another one takes over.</summary>
public sealed partial class StopTests
{
    [Fact]
    public async Task A_server_that_stops_sends_new_calls_elsewhere_and_hands_over_those_that_do_not_end_in_time()
    {
        await using var servers = await TwoServers.StartAsync();
        var (call, running) = LongCall.Begin(servers.Line, "+14155550171");
        await LongCall.UntilNameIsKnownAsync(servers.Api(servers.FirstAddress), call.CallSid);

        await servers.First.TerminateAsync();
        await Until.TrueAsync(async () =>
            (await servers.Http.GetAsync(new Uri(servers.FirstAddress, "/health/ready"))).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["CallSid"] = "CA00000000000000000000000000000171",
            ["From"] = "+14155550172",
            ["To"] = "+12125550101",
            ["CallStatus"] = "ringing",
        });
        using var answer = await servers.Http.PostAsync(new Uri(servers.FirstAddress, "/twilio/voice"), form);
        var twiml = await answer.Content.ReadAsStringAsync();
        // What a load balancer does when it sees that a server is not ready.
        servers.Line.Hold();
        servers.Line.ConnectTo(servers.OtherAddress);

        Again().IsMatch(twiml).ShouldBeTrue(twiml);
        (await servers.First.ExitAsync()).ShouldBe(0, servers.First.Errors);
        await LongCall.EndsWithOneBookingAsync(servers.Api(servers.OtherAddress), call, await running);
    }

    [GeneratedRegex("<Pause length=\"3\" /><Redirect method=\"POST\">http://[^<]*/twilio/voice\\?attempt=1</Redirect>")]
    private static partial Regex Again();
}
