using Microsoft.Extensions.Options;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class CallTokensTests : IDisposable
{
    private const string Call = "CA0123456789abcdef0123456789abcdef";
    private readonly ManualTime time = new();
    private readonly CallTokens tokens;

    public CallTokensTests() => tokens = Make("a shared key of thirty-two letters");

    public void Dispose() => tokens.Dispose();

    private CallTokens Make(string? key) => new(Options.Create(new TwilioOptions { TokenKey = key }), time);

    private CallToken Claims(bool resume = false) => new(Guid.CreateVersion7(time.Now), Call, Guid.CreateVersion7(time.Now), resume);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_token_says_what_it_was_issued_for(bool resume)
    {
        var claims = Claims(resume);
        var token = tokens.Issue(claims);

        token.ShouldStartWith("v1.");
        token.Length.ShouldBeLessThan(400);
        tokens.Verify(token, Call).ShouldBe(new CallTokenCheck(CallTokenOutcome.Valid, claims));
    }

    [Fact]
    public void The_longest_call_id_still_gives_a_token_under_400_characters()
    {
        var id = new string('x', StreamIds.MaxLength);
        var token = tokens.Issue(Claims() with { CarrierCallId = id });

        token.Length.ShouldBeLessThan(400);
        tokens.Verify(token, id).Outcome.ShouldBe(CallTokenOutcome.Valid);
    }

    [Fact]
    public void A_token_is_good_once()
    {
        var token = tokens.Issue(Claims());
        tokens.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.Valid);
        tokens.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.Used);
    }

    [Fact]
    public void A_token_ends_with_its_lifetime()
    {
        var early = tokens.Issue(Claims());
        var late = tokens.Issue(Claims());
        time.Now += TimeSpan.FromMilliseconds(59_999);
        tokens.Verify(early, Call).Outcome.ShouldBe(CallTokenOutcome.Valid);
        time.Now += TimeSpan.FromMilliseconds(1);
        tokens.Verify(late, Call).Outcome.ShouldBe(CallTokenOutcome.Expired);
        tokens.Verify(early, Call).Outcome.ShouldBe(CallTokenOutcome.Expired);
    }

    [Fact]
    public void A_token_shown_for_another_call_is_refused_and_stays_good_for_its_own()
    {
        var token = tokens.Issue(Claims());
        tokens.Verify(token, "CAother").Outcome.ShouldBe(CallTokenOutcome.WrongCall);
        tokens.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.Valid);
    }

    [Fact]
    public void Any_changed_character_is_noticed()
    {
        var token = tokens.Issue(Claims());
        for (var at = 0; at < token.Length; at++)
        {
            var changed = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            tokens.Verify(changed, Call).Outcome.ShouldBeOneOf(CallTokenOutcome.Malformed, CallTokenOutcome.BadSignature);
        }
    }

    [Fact]
    public void Gateways_with_the_same_key_know_each_others_tokens_and_others_do_not()
    {
        using var same = Make("a shared key of thirty-two letters");
        using var random = Make(null);
        var token = tokens.Issue(Claims());

        same.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.Valid);
        random.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.BadSignature);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1.")]
    [InlineData("v1..")]
    [InlineData("v2.AAAA.AAAA")]
    [InlineData("v1.AAAA.AAAA")]
    [InlineData("v1.%%%%.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("v1.\u00e9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_token_is_malformed(string? token) =>
        tokens.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.Malformed);

    [Fact]
    public void A_huge_token_is_malformed() =>
        tokens.Verify("v1." + new string('A', 100_000), Call).Outcome.ShouldBe(CallTokenOutcome.Malformed);

    [Fact]
    public void Used_tokens_are_remembered_only_up_to_a_bound_and_only_until_they_expire()
    {
        for (var i = 0; i < CallTokens.MaxRemembered; i++)
            tokens.Verify(tokens.Issue(Claims()), Call).Outcome.ShouldBe(CallTokenOutcome.Valid);

        tokens.Verify(tokens.Issue(Claims()), Call).Outcome.ShouldBe(CallTokenOutcome.Overloaded);
        time.Now += TimeSpan.FromSeconds(60);
        tokens.Verify(tokens.Issue(Claims()), Call).Outcome.ShouldBe(CallTokenOutcome.Valid);
    }

    [Fact]
    public void A_call_id_that_is_none_gets_no_token() =>
        Should.Throw<ArgumentException>(() => tokens.Issue(Claims() with { CarrierCallId = "CA\u00e9 \"" }));

    [Fact]
    public void Gateways_of_one_account_take_each_others_tokens_without_a_key_of_their_own()
    {
        using var one = new CallTokens(Options.Create(new TwilioOptions { AuthToken = "0123456789abcdef0123456789abcdef" }), time);
        using var two = new CallTokens(Options.Create(new TwilioOptions { AuthToken = "0123456789abcdef0123456789abcdef" }), time);
        using var foreign = new CallTokens(Options.Create(new TwilioOptions { AuthToken = "another account's token, as long" }), time);
        var token = one.Issue(Claims());

        foreign.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.BadSignature);
        two.Verify(token, Call).Outcome.ShouldBe(CallTokenOutcome.Valid);
    }
}
