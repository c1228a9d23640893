using System.Globalization;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class TwilioRestClientTests : IAsyncLifetime
{
    private const string From = "+14155550199", To = "+14155550100";
    private FakeTwilioRest twilio = null!;

    public async ValueTask InitializeAsync() => twilio = await FakeTwilioRest.StartAsync();

    public async ValueTask DisposeAsync() => await twilio.DisposeAsync();

    private Task<TwilioResult> SendAsync(params (string, string)[] settings) => twilio.Client(settings)
        .CreateMessageAsync(From, To, "Gr\u00fc\u00dfe & more", new Uri("https://voice.example.com/s"), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_message_is_sent()
    {
        var result = await SendAsync();
        result.Outcome.ShouldBe(TwilioOutcome.Success);
        result.Sid.ShouldBe(twilio.Messages.ShouldHaveSingleItem().Sid);
        twilio.Requests.ShouldHaveSingleItem().ShouldBe(new Dictionary<string, string>
        {
            ["To"] = To,
            ["From"] = From,
            ["Body"] = "Gr\u00fc\u00dfe & more",
            ["StatusCallback"] = "https://voice.example.com/s",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_messaging_service_picks_the_sender()
    {
        var service = "MG" + new string('0', 32);
        (await SendAsync(("MessagingServiceSid", service))).Outcome.ShouldBe(TwilioOutcome.Success);
        twilio.Requests[0]["MessagingServiceSid"].ShouldBe(service);
        twilio.Requests[0].Keys.ShouldNotContain("From");
    }

    [Fact]
    public async Task An_api_key_is_used_in_place_of_the_auth_token()
    {
        // The fake knows the auth token only, so the key must be what is refused.
        var result = await SendAsync(("ApiKeySid", "SK" + new string('0', 32)), ("ApiKeySecret", "s"));
        result.ShouldSatisfyAllConditions(() => result.Outcome.ShouldBe(TwilioOutcome.Refused), () => result.Code.ShouldBe(20003));
    }

    [Theory]
    [InlineData(400, 21211, TwilioOutcome.Refused)]
    [InlineData(400, 21610, TwilioOutcome.Refused)]
    [InlineData(400, 21611, TwilioOutcome.NotProcessed)]
    [InlineData(401, 20003, TwilioOutcome.Refused)]
    [InlineData(403, 20403, TwilioOutcome.Refused)]
    [InlineData(404, 20404, TwilioOutcome.Refused)]
    [InlineData(408, 0, TwilioOutcome.Ambiguous)]
    [InlineData(429, 20429, TwilioOutcome.NotProcessed)]
    [InlineData(500, 20500, TwilioOutcome.Ambiguous)]
    [InlineData(503, 20503, TwilioOutcome.Ambiguous)]
    public async Task Errors_say_whether_to_repeat(int status, int code, TwilioOutcome outcome)
    {
        twilio.FailNext(status, code, "Invalid 'To' Phone Number: " + To);
        var result = await SendAsync();
        result.Outcome.ShouldBe(outcome);
        result.Code.ShouldBe(code);
        result.HttpStatus.ShouldBe(status);
        result.Error!.ShouldNotContain("4155550100");
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData(null, null)]
    [InlineData("soon", null)]
    public async Task The_servers_wish_to_wait_is_passed_on(string? header, int? seconds)
    {
        twilio.FailNext(429, 20429, retryAfter: header);
        (await SendAsync()).RetryAfter.ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }

    [Fact]
    public async Task A_wish_to_wait_until_a_date_is_counted_from_now()
    {
        twilio.FailNext(429, 20429, retryAfter: twilio.Time.Now.AddSeconds(90).ToString("R", CultureInfo.InvariantCulture));
        (await SendAsync()).RetryAfter.ShouldBe(TimeSpan.FromSeconds(90));
        twilio.FailNext(429, 20429, retryAfter: twilio.Time.Now.AddSeconds(-90).ToString("R", CultureInfo.InvariantCulture));
        (await SendAsync()).RetryAfter.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(201, "<html>")]
    [InlineData(201, "{}")]
    [InlineData(201, "[]")]
    [InlineData(201, "")]
    [InlineData(502, "<html>")]
    public async Task An_unreadable_answer_is_ambiguous(int status, string body)
    {
        twilio.AnswerNext(status, body);
        (await SendAsync()).Outcome.ShouldBe(TwilioOutcome.Ambiguous);
    }

    [Fact]
    public async Task No_answer_in_time_is_ambiguous()
    {
        twilio.StallNext();
        var sending = SendAsync();
        await twilio.Time.ExpireNextAsync();
        (await sending).Outcome.ShouldBe(TwilioOutcome.Ambiguous);
    }

    [Fact]
    public async Task A_broken_connection_is_ambiguous_and_none_at_all_is_not()
    {
        twilio.ResetNext();
        (await SendAsync()).Outcome.ShouldBe(TwilioOutcome.Ambiguous);

        var gone = await FakeTwilioRest.StartAsync();
        var url = gone.Url;
        await gone.DisposeAsync();
        (await SendAsync(("ApiBaseUrl", url))).Outcome.ShouldBe(TwilioOutcome.NotProcessed);
    }

    [Fact]
    public async Task Giving_up_is_an_exception_and_no_outcome()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => twilio.Client().HangUpAsync("CA1", stop.Token));
    }

    [Fact]
    public async Task A_live_call_is_ended_and_an_ended_one_is_no_error()
    {
        var client = twilio.Client();
        (await client.HangUpAsync("CA1", CancellationToken.None)).Outcome.ShouldBe(TwilioOutcome.Success);
        twilio.LiveCalls.ShouldBeEmpty();
        (await client.HangUpAsync("CA1", CancellationToken.None)).Outcome.ShouldBe(TwilioOutcome.Success);
        await Should.ThrowAsync<ArgumentException>(() => client.HangUpAsync("../Messages", CancellationToken.None));
    }

    [Fact]
    public async Task Messages_are_listed_by_number_and_day()
    {
        await SendAsync();
        var client = twilio.Client();
        var found = (await client.ListMessagesAsync(From, To, twilio.Time.Now, CancellationToken.None)).ShouldNotBeNull().ShouldHaveSingleItem();
        found.ShouldBe(new TwilioMessage(twilio.Messages[0].Sid, "Gr\u00fc\u00dfe & more", "outbound-api", twilio.Time.Now));
        (await client.ListMessagesAsync(To, From, twilio.Time.Now, CancellationToken.None)).ShouldNotBeNull().ShouldBeEmpty();

        twilio.FailNext(500, 20500);
        (await client.ListMessagesAsync(From, To, twilio.Time.Now, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Neither_secrets_nor_numbers_are_logged()
    {
        twilio.FailNext(400, 21211, "Invalid 'To' Phone Number: " + To);
        await SendAsync();
        await twilio.Client().ListMessagesAsync(From, To, twilio.Time.Now, CancellationToken.None);
        var log = string.Join('\n', twilio.Log.Lines.Select(line => line.Text));
        log.ShouldContain("21211");
        log.ShouldNotContain("4155550100");
        log.ShouldNotContain(FakeTwilioRest.AuthToken);
        log.ShouldNotContain("Basic");
    }
}
