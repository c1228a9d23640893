using Parley.Calling;

namespace Parley.Tests.Calling;

public class TwilioSignerTests
{
    [Fact]
    public void Twilios_published_vector_is_reproduced() => TwilioSigner.Sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2",
    [
        new("CallSid", "CA1234567890ABCDE"), new("Caller", "+14158675309"), new("Digits", "1234"), new("From", "+14158675309"),
        new("To", "+18005551212"),
    ]).ShouldBe("RSOYDt4T1cUTdK1PDd93/VVr8B8=");

    [Fact]
    public void A_media_stream_is_signed_over_its_wss_address_alone() =>
        TwilioSigner.Sign("12345", "wss://voice.example.com/twilio/media", []).ShouldBe("PGLrn08/Ba1sEIuSwPQRBPD54PA=");
}
