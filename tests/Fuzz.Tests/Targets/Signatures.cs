using System.Text;
using Parley.MediaGateway.Twilio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Signatures, addresses and parameters that anyone may send.</summary>
internal sealed class Signatures : FuzzTarget
{
    private readonly RequestValidator validator = new("12345678901234567890123456789012");

    public override int Share => 50;

    public override byte[] Make(Random random) => MaybeSpoil(
        random, "https://user:pw@voice.example.com:8443/twilio/voice?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9&x=%20\n0/KCTR6DLpKmkAf8muzZqo1nDgQ="u8.ToArray());

    public override void Run(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        var cut = text.LastIndexOf('\n');
        var (url, signature) = cut < 0 ? (text, text) : (text[..cut], text[(cut + 1)..]);
        Require(!validator.Validate(url, [KeyValuePair.Create(signature, url)], signature), "a made-up signature does not hold");
        Require(!validator.ValidateUpgrade(url, signature), "a made-up signature does not hold for an upgrade");
        Require(!validator.ValidateBody(url, input, signature), "a made-up signature does not hold for a body");
        _ = StreamIds.IsValid(signature);
        _ = StreamIds.IsValid(input);
        var number = PhoneNumbers.OrNull(signature);
        Require(number is null || number.Length <= 16, "a number is one by E.164");
        _ = PhoneNumbers.MaskIn(url);
        _ = PhoneNumbers.Mask(signature);
    }
}
