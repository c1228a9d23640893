using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class TwilioOptionsValidatorTests
{
    private static readonly string Sid = "AC" + new string('0', 32);

    private static IReadOnlyList<string> Errors(TwilioOptions options) =>
        [.. new TwilioOptionsValidator().Validate(null, options).Failures ?? []];

    [Fact]
    public void Nothing_set_is_fine() => Errors(new TwilioOptions()).ShouldBeEmpty();

    [Fact]
    public void A_complete_configuration_is_fine() =>
        Errors(new TwilioOptions
        {
            AccountSid = Sid,
            AuthToken = "secret",
            ApiKeySid = "SK" + new string('a', 32),
            ApiKeySecret = "secret",
            PublicBaseUrl = new Uri("https://voice.example.com/base"),
            MessagingServiceSid = "MG" + new string('F', 32),
            TokenKey = new string('k', 32),
        }).ShouldBeEmpty();

    [Theory]
    [InlineData("https://voice.example.com", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://voice.example.com", false)]
    [InlineData("https://voice.example.com/?x=1", false)]
    [InlineData("https://voice.example.com/#x", false)]
    [InlineData("wss://voice.example.com", false)]
    [InlineData("/relative", false)]
    public void The_public_address_is_https_unless_it_is_this_machine(string url, bool fine) =>
        (Errors(new TwilioOptions { PublicBaseUrl = new Uri(url, url[0] == '/' ? UriKind.Relative : UriKind.Absolute) }).Count == 0).ShouldBe(fine);

    [Fact]
    public void All_errors_are_reported_at_once_and_no_secret_with_them()
    {
        var errors = Errors(new TwilioOptions
        {
            AuthToken = "hush-hush",
            ApiKeySid = "XX",
            MessagingServiceSid = "MGx",
            PublicBaseUrl = new Uri("ftp://voice.example.com"),
            ApiBaseUrl = new Uri("http://api.example.com"),
            TokenKey = "short-key",
            TokenLifetimeSeconds = 4,
            DialTimeoutSeconds = 601,
            WebhookDeadlineSeconds = 15,
            RequestTimeoutSeconds = 0,
        });
        errors.Count.ShouldBe(12);
        errors.ShouldAllBe(error => error.StartsWith("Twilio:", StringComparison.Ordinal));
        string.Join(' ', errors).ShouldNotContain("hush-hush");
        string.Join(' ', errors).ShouldNotContain("short-key");
    }

    [Fact]
    public void An_account_without_its_token_is_refused_since_webhooks_could_not_be_checked() =>
        Errors(new TwilioOptions { AccountSid = Sid }).ShouldHaveSingleItem().ShouldContain("AuthToken");
}
