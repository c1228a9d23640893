using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class PhoneNumbersTests
{
    [Theory]
    [InlineData("+14155550100", "+14155550100")]
    [InlineData("+266696687", null)]
    [InlineData("Anonymous", null)]
    [InlineData("client:alice", null)]
    [InlineData("sip:desk@pbx.example.com", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("+1415555010\n", null)]
    [InlineData("+1234567890123456", null)]
    public void Only_e164_is_a_number(string? text, string? number) => PhoneNumbers.OrNull(text).ShouldBe(number);

    [Theory]
    [InlineData("+14155550100", "+14***00")]
    [InlineData("", "(none)")]
    [InlineData("client:alice", "(not a number)")]
    public void Numbers_are_masked_for_logs(string text, string masked) => PhoneNumbers.Mask(text).ShouldBe(masked);

    [Fact]
    public void Numbers_in_texts_are_masked() =>
        PhoneNumbers.MaskIn("Invalid 'To' Phone Number: +14155550100 (21211)").ShouldBe("Invalid 'To' Phone Number: +***00 (21211)");
}
