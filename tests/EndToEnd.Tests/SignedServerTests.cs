using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Parley.Calling;

namespace Parley.EndToEnd.Tests;

/// <summary>A server with an account: only signed requests count, and messages leave through Twilio's API.</summary>
public sealed class SignedServerTests(SignedServerTests.Account account) : IClassFixture<SignedServerTests.Account>
{
    private static readonly Uri PublicUrl = new("https://voice.example.com");

    public static TheoryData<string> Webhooks => ["voice", "after-stream", "dial-done", "call-status", "stream-status", "message-status"];

    [Fact]
    public async Task A_signed_call_is_taken()
    {
        var report = await account.Call;
        report.Met.ShouldBeTrue(string.Join('\n', report.Expectations.Where(e => !e.Met)));
        report.Outcome.Violations.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Webhooks))]
    public async Task A_webhook_without_the_right_signature_is_refused(string webhook)
    {
        var form = Form(("CallSid", "CA00000000000000000000000000000042"), ("From", "+14155550150"), ("To", "+12125550101"), ("CallStatus", "ringing"));
        var right = TwilioSigner.Sign(TwilioApi.AuthToken, $"{PublicUrl}twilio/{webhook}", form);
        var foreign = TwilioSigner.Sign("another token", $"{PublicUrl}twilio/{webhook}", form);
        var elsewhere = TwilioSigner.Sign(TwilioApi.AuthToken, $"https://other.example.com/twilio/{webhook}", form);

        (await PostAsync(webhook, form, null)).ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(webhook, form, "")).ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(webhook, form, foreign)).ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(webhook, form, elsewhere)).ShouldBe(HttpStatusCode.Forbidden);
        form["To"] = "+12125550102";
        (await PostAsync(webhook, form, right)).ShouldBe(HttpStatusCode.Forbidden, "the form was changed after it was signed");
        form["To"] = "+12125550101";
        (await PostAsync(webhook, form, right)).ShouldNotBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_media_stream_without_the_right_signature_is_refused()
    {
        const string url = "wss://voice.example.com/twilio/media";
        (await UpgradeAsync(null)).ShouldBe(HttpStatusCode.Forbidden);
        (await UpgradeAsync(TwilioSigner.Sign("another token", url, []))).ShouldBe(HttpStatusCode.Forbidden);
        (await UpgradeAsync(TwilioSigner.Sign(TwilioApi.AuthToken, url, []))).ShouldBe(HttpStatusCode.SwitchingProtocols);
    }

    [Fact]
    public async Task A_recap_is_sent_and_its_delivery_noted()
    {
        var report = await account.Call;
        var sent = await MessageAsync(report, "sent");
        var taken = account.Api.Taken.ShouldHaveSingleItem();
        taken["To"].ShouldBe("+14155550129");
        taken["From"].ShouldBe("+12125550102");
        taken["Body"].ShouldBe(sent.GetProperty("body").GetString());
        taken["StatusCallback"].ShouldBe($"{PublicUrl}twilio/message-status");

        var form = Form(("MessageSid", taken["Sid"]), ("MessageStatus", "delivered"));
        (await PostAsync("message-status", form, TwilioSigner.Sign(TwilioApi.AuthToken, $"{PublicUrl}twilio/message-status", form)))
            .ShouldBe(HttpStatusCode.NoContent);
        await MessageAsync(report, "delivered");
    }

    [Fact]
    public async Task A_message_to_a_number_that_is_none_fails_for_good()
    {
        var failed = await MessageAsync(await account.CallFromBadNumber, "failed");
        failed.GetProperty("attempts").GetInt32().ShouldBe(1);
        failed.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("21211");
    }

    private Task<JsonElement> MessageAsync(CallReport report, string status) => FoundAsync(async () =>
    {
        var message = (await account.Server.ListAsync("/api/messages", "callId", report.Result!.Id.ToString())).ShouldHaveSingleItem();
        return message.GetProperty("status").GetString() == status ? message : null;
    }, status);

    private static async Task<JsonElement> FoundAsync(Func<Task<JsonElement?>> ask, string what)
    {
        JsonElement found = default;
        await Until.TrueAsync(async () =>
        {
            if (await ask() is not { } element)
                return false;
            found = element;
            return true;
        }, what);
        return found;
    }

    private async Task<HttpStatusCode> PostAsync(string webhook, Dictionary<string, string> form, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/twilio/{webhook}") { Content = new FormUrlEncodedContent(form) };
        if (signature is not null)
            request.Headers.TryAddWithoutValidation("X-Twilio-Signature", signature);
        using var response = await account.Server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> UpgradeAsync(string? signature)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.Proxy = null;
        if (signature is not null)
            socket.Options.SetRequestHeader("X-Twilio-Signature", signature);
        try
        {
            await socket.ConnectAsync(new UriBuilder(account.Server.Address) { Scheme = "ws", Path = "/twilio/media" }.Uri, TestContext.Current.CancellationToken);
        }
        catch (WebSocketException)
        {
            // Refused: the status tells.
        }

        return socket.HttpStatusCode;
    }

    private static Dictionary<string, string> Form(params (string Name, string Value)[] fields) => fields.ToDictionary(f => f.Name, f => f.Value);

    /// <summary>A server with an account, and two calls to it.</summary>
    public sealed class Account : IAsyncLifetime
    {
        internal TwilioApi Api { get; private set; } = null!;

        public Server Server { get; private set; } = null!;

        internal Task<CallReport> Call { get; private set; } = null!;

        internal Task<CallReport> CallFromBadNumber { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await TwilioApi.StartAsync();
            Server = await Server.StartAsync(
                ("Twilio:AccountSid", TwilioApi.AccountSid), ("Twilio:AuthToken", TwilioApi.AuthToken),
                ("Twilio:PublicBaseUrl", PublicUrl.OriginalString), ("Twilio:ApiBaseUrl", Api.Url));
            Call = PlaceAsync("+14155550129");
            CallFromBadNumber = PlaceAsync(TwilioApi.BadNumber);
        }

        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(Call, CallFromBadNumber).ContinueWith(_ => { }, TaskScheduler.Default);
            await Server.DisposeAsync();
            await Api.DisposeAsync();
        }

        private Task<CallReport> PlaceAsync(string from)
        {
            var script = Repository.Script("message") with { From = from };
            return Server.CallAsync(script, Server.Options(script) with { PublicUrl = PublicUrl, AuthToken = TwilioApi.AuthToken, AccountSid = TwilioApi.AccountSid });
        }
    }
}
