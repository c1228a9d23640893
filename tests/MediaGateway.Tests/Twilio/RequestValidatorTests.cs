using System.Text;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

/// <summary>The vectors were computed with the official Node helper, the last one is published by Twilio.</summary>
public sealed class RequestValidatorTests
{
    private const string Call = "CallSid=CA00000000000000000000000000000001";
    private const string Status = Call + "|CallStatus=completed|CallDuration=42";
    private const string Json = """{"CallSid":"CA00000000000000000000000000000001","Event":"ended"}""";
    private const string JsonUrl =
        "https://voice.example.com/twilio/json?bodySHA256=83b94987b2291ad227482c85a7c1adf2c2b0b7b797e20ee7db1f6473c8fa63b4";

    private readonly RequestValidator validator = new("12345");

    private static List<KeyValuePair<string, string>> Parse(string parameters) =>
        [.. parameters.Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => KeyValuePair.Create(pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]))];

    [Theory]
    [InlineData("https://voice.example.com/twilio/voice",
        Call + "|AccountSid=AC00000000000000000000000000000001|From=+14155550100|To=+14155550199|CallStatus=ringing|Direction=inbound|ApiVersion=2010-04-01",
        "ELEeLVYZtZxvl4bB2sjfypo52/k=")]
    [InlineData("https://voice.example.com/twilio/gather?step=menu&lang=de%2DDE",
        Call + "|Digits=1234|From=+14155550100|To=+14155550199", "nmHuHjZTxb9wL3CvENAxhoX+GjE=")]
    [InlineData("https://voice.example.com/twilio/status",
        Call + "|MediaUrl=b.png|MediaUrl=a.png|MediaUrl=a.png|Zeta=|alpha=1", "P5Zd6aZ1UR+3pKM8uxOTxNyiOF8=")]
    [InlineData("https://voice.example.com/twilio/status", Status, "hGGqEe/iJTk8WyagRjRAAc9jVhY=")]
    [InlineData("https://voice.example.com:443/twilio/status", Status, "H18yhmwN04AL03fP5eDfyrncyIw=")]
    [InlineData("https://voice.example.com:8443/twilio/status", Status, "08VsFV2dP1Lyc42giVjEwHjmxew=")]
    [InlineData("wss://voice.example.com/twilio/media", "", "PGLrn08/Ba1sEIuSwPQRBPD54PA=")]
    [InlineData("https://voice.example.com/twilio/sms",
        "Body=Gr\u00fc\u00dfe \ud83d\udc4b & a=b+c|From=+14155550100|To=+14155550199|NumMedia=0", "NB7ma4aHdlnbH9Zuu9djxQw5k8s=")]
    [InlineData("https://user:pw@voice.example.com/twilio/voice", Call, "sH6TPCyo3qaBqfMrlagJN3raUWg=")]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2",
        "CallSid=CA1234567890ABCDE|Caller=+14158675309|Digits=1234|From=+14158675309|To=+18005551212", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    public void Official_signatures_hold_in_any_order_of_parameters_and_break_with_any_change(string url, string parameters, string signature)
    {
        var list = Parse(parameters);
        validator.Validate(url, list, signature).ShouldBeTrue();
        validator.Validate(url, Enumerable.Reverse(list), signature).ShouldBeTrue();

        validator.Validate(url + "x", list, signature).ShouldBeFalse();
        validator.Validate(url, [.. list, new("New", "")], signature).ShouldBeFalse();
        validator.Validate(url, list, (signature[0] == 'A' ? "B" : "A") + signature[1..]).ShouldBeFalse();
        new RequestValidator("12346").Validate(url, list, signature).ShouldBeFalse();
        if (list.Count > 0)
            validator.Validate(url, list.Skip(1), signature).ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://voice.example.com:443/twilio/status", "hGGqEe/iJTk8WyagRjRAAc9jVhY=", true)]
    [InlineData("https://voice.example.com:8443/twilio/status", "hGGqEe/iJTk8WyagRjRAAc9jVhY=", true)]
    [InlineData("https://voice.example.com/twilio/status", "H18yhmwN04AL03fP5eDfyrncyIw=", true)]
    [InlineData("https://voice.example.com/twilio/status", "08VsFV2dP1Lyc42giVjEwHjmxew=", false)]
    [InlineData("https://voice.example.com:8443/twilio/status", "H18yhmwN04AL03fP5eDfyrncyIw=", false)]
    public void The_port_may_be_left_out_or_spelt_but_not_be_another(string url, string signature, bool holds) =>
        validator.Validate(url, Parse(Status), signature).ShouldBe(holds);

    [Fact]
    public void The_user_information_of_the_address_is_signed() =>
        validator.Validate("https://voice.example.com/twilio/voice", Parse(Call), "sH6TPCyo3qaBqfMrlagJN3raUWg=").ShouldBeFalse();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("hGGqEe/iJTk8WyagRjRAAc9jVh==")]
    [InlineData("\u00e4GGqEe/iJTk8WyagRjRAAc9jVhY=")]
    [InlineData("hGGqEe/iJTk8WyagRjRAAc9jVhY= ")]
    public void A_missing_or_odd_signature_is_wrong(string? signature) =>
        validator.Validate("https://voice.example.com/twilio/status", Parse(Status), signature).ShouldBeFalse();

    [Fact]
    public void The_hash_of_a_json_body_is_checked_with_the_signature()
    {
        const string signature = "mRSk3bUq7sBTqozTt7uhriehAAc=";
        var body = Encoding.UTF8.GetBytes(Json);
        validator.ValidateBody(JsonUrl, body, signature).ShouldBeTrue();
        validator.ValidateBody(JsonUrl, [.. body, (byte)' '], signature).ShouldBeFalse();
        validator.ValidateBody(JsonUrl, body, "mRSk3bUq7sBTqozTt7uhriehAAd=").ShouldBeFalse();
        validator.ValidateBody("https://voice.example.com/twilio/json", body, signature).ShouldBeFalse();
        validator.ValidateBody("https://voice.example.com/twilio/json?bodySHA256=", body, signature).ShouldBeFalse();
    }

    [Theory]
    [InlineData("PGLrn08/Ba1sEIuSwPQRBPD54PA=", true)]
    [InlineData("EX6xiRCCL18BRNACNfLPbIXryf4=", true)]
    [InlineData("/l2QA+p8VR0Ejy/AIlzbV7YZXIA=", true)]
    [InlineData("O4P2Ggul8e4hQEZViN+aHilXfFo=", true)]
    [InlineData("PGLrn08/Ba1sEIuSwPQRBPD54PB=", false)]
    [InlineData(null, false)]
    public void An_upgrade_may_be_signed_in_all_ways_that_have_been_seen(string? signature, bool holds)
    {
        validator.ValidateUpgrade("wss://voice.example.com/twilio/media", signature).ShouldBe(holds);
        validator.ValidateUpgrade("https://voice.example.com/twilio/media", signature).ShouldBe(holds);
        validator.ValidateUpgrade("wss://voice.example.org/twilio/media", signature).ShouldBeFalse();
        validator.ValidateUpgrade("voice.example.com/twilio/media", signature).ShouldBeFalse();
    }
}
