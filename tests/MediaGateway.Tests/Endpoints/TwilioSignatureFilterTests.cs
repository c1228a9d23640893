using System.Net;
using System.Text;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Endpoints;

public sealed class TwilioSignatureFilterTests
{
    private static readonly (string, string)[] Body = [("CallSid", "CA1"), ("CallStatus", "in-progress")];

    private static async Task<HttpStatusCode> SendAsync(WebhookHost host, HttpRequestMessage request)
    {
        using (request)
        using (var response = await host.Client.SendAsync(request))
            return response.StatusCode;
    }

    [Fact]
    public async Task A_signed_request_passes_and_an_unsigned_or_changed_one_does_not()
    {
        await using var host = await WebhookHost.StartAsync();
        (await host.PostAsync("/twilio/call-status?x=%2F&y=", Body)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await SendAsync(host, WebhookHost.Form("/twilio/call-status", Body))).ShouldBe(HttpStatusCode.Forbidden);

        var empty = WebhookHost.Form("/twilio/call-status", Body);
        empty.Headers.TryAddWithoutValidation("X-Twilio-Signature", "");
        (await SendAsync(host, empty)).ShouldBe(HttpStatusCode.Forbidden);

        var changed = WebhookHost.Form("/twilio/call-status", [.. Body, ("More", "1")]);
        changed.Headers.Add("X-Twilio-Signature", WebhookHost.Sign("/twilio/call-status", Body));
        (await SendAsync(host, changed)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_body_that_nothing_vouches_for_is_refused()
    {
        await using var host = await WebhookHost.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/twilio/call-status") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Twilio-Signature", WebhookHost.Sign("/twilio/call-status"));
        (await SendAsync(host, request)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_64_kb_is_refused(bool chunked)
    {
        await using var host = await WebhookHost.StartAsync();
        var request = WebhookHost.Form("/twilio/call-status", [.. Body, ("Filler", new string('a', 70_000))]);
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.Add("X-Twilio-Signature", WebhookHost.Sign("/twilio/call-status", [.. Body, ("Filler", new string('a', 70_000))]));
        (await SendAsync(host, request)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_form_with_too_many_fields_is_a_bad_request()
    {
        await using var host = await WebhookHost.StartAsync();
        var fields = Enumerable.Range(0, 2000).Select(i => ("p" + i, "v")).ToArray();
        var request = WebhookHost.Form("/twilio/call-status", fields);
        request.Headers.Add("X-Twilio-Signature", WebhookHost.Sign("/twilio/call-status", fields));
        (await SendAsync(host, request)).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Without_an_auth_token_this_machine_is_served_and_told_its_own_address()
    {
        await using var host = await WebhookHost.StartAsync(signed: false);
        var (status, body) = await host.PostAsync("/twilio/voice", ("CallSid", "CA1"), ("To", "+14155550199"));
        await host.PostAsync("/twilio/call-status", Body);

        status.ShouldBe(HttpStatusCode.OK);
        body.ShouldContain($"url=\"ws://{host.Client.BaseAddress!.Authority}/twilio/media\"");
        body.ShouldContain($"action=\"http://{host.Client.BaseAddress!.Authority}/twilio/after-stream\"");
        host.Log.Lines.Count(line => line.Id == 2200).ShouldBe(1);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    [InlineData("X-Real-IP")]
    [InlineData("CF-Connecting-IP")]
    public async Task Without_an_auth_token_a_tunnel_on_this_machine_opens_nothing(string header)
    {
        await using var host = await WebhookHost.StartAsync(signed: false);
        var request = WebhookHost.Form("/twilio/call-status", Body);
        request.Headers.TryAddWithoutValidation(header, "127.0.0.1");
        (await SendAsync(host, request)).ShouldBe(HttpStatusCode.Forbidden);
    }
}
