using System.Text;
using Microsoft.Extensions.Options;
using Parley.MediaGateway.Twilio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Call tokens, as a media stream shows them.</summary>
internal sealed class Tokens : FuzzTarget
{
    private static readonly CallTokens Issuer = new(Options.Create(new TwilioOptions()), TimeProvider.System);

    public override int Share => 60;

    // What is remembered of used tokens is bounded, and doubles its table now and then.
    public override (long Fixed, long PerByte) Allowance => (32 * 1024 * 1024, 16);

    /// <summary>A good token and a changed one.</summary>
    public override byte[] Make(Random random)
    {
        var good = Encoding.UTF8.GetBytes(Issuer.Issue(new CallToken(Guid.Empty, "CA1", Guid.Empty, random.Next(2) == 0)));
        return [.. good, (byte)'\n', .. Mutator.Mutate(random, good)];
    }

    public override void Run(byte[] input, Random random)
    {
        var cut = input.AsSpan().IndexOf((byte)'\n');
        var good = Encoding.UTF8.GetString(input, 0, cut);
        var spoiled = Encoding.UTF8.GetString(input.AsSpan(cut + 1));
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
