using System.Text;
using Microsoft.Extensions.Options;
using Parley.MediaGateway.Twilio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Call tokens, as a media stream shows them.</summary>
internal sealed class Tokens : FuzzTarget
{
    private static readonly CallTokens Issuer = new(Options.Create(new TwilioOptions()), TimeProvider.System);

    public override int Share => 5;

    public override byte[] Make(Random random) => Encoding.UTF8.GetBytes(Issuer.Issue(new CallToken(Guid.Empty, "CA1", Guid.Empty, random.Next(2) == 0)));

    public override void Run(byte[] input, Random random)
    {
        var good = Encoding.UTF8.GetString(input);
        var spoiled = Encoding.UTF8.GetString(Mutator.Mutate(random, input));
        var check = Issuer.Verify(spoiled, "CA1");
        Require(Enum.IsDefined(check.Outcome), "the outcome is one of the documented");
        Require(spoiled == good || check.Outcome != CallTokenOutcome.Valid, "a changed token is not taken");
        if (spoiled == good)
            return;
        Require(Issuer.Verify(good, "CA2").Outcome == CallTokenOutcome.WrongCall, "a token is its own call's");
        Require(Issuer.Verify(good, "CA1") is { Outcome: CallTokenOutcome.Valid, Token.CarrierCallId: "CA1" }, "a good token is taken after all that");
        Require(Issuer.Verify(good, "CA1").Outcome != CallTokenOutcome.Valid, "a token is taken once");
    }
}
