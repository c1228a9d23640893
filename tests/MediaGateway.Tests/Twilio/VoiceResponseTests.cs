using System.Text;
using System.Xml.Linq;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class VoiceResponseTests
{
    private const string Head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
    private static readonly Uri Next = new("https://voice.example.com/next?a=1&b=2");

    private static string Xml(VoiceResponse response) => Encoding.UTF8.GetString(response.ToUtf8());

    [Fact]
    public void A_stream_is_connected_with_its_parameters() =>
        Xml(new VoiceResponse().ConnectStream(
            new Uri("wss://voice.example.com/twilio/media"), Next, new Uri("https://voice.example.com/s"), [new("callToken", "v1.a.b"), new("x", "\"<&>")]))
        .ShouldBe(Head + """<Response><Connect action="https://voice.example.com/next?a=1&amp;b=2" method="POST"><Stream url="wss://voice.example.com/twilio/media" statusCallback="https://voice.example.com/s" statusCallbackMethod="POST"><Parameter name="callToken" value="v1.a.b" /><Parameter name="x" value="&quot;&lt;&amp;&gt;" /></Stream></Connect></Response>""");

    [Fact]
    public void Simple_verbs_come_in_order() =>
        Xml(new VoiceResponse().Say("Fish & <chips>", "en-GB").Pause(2).Redirect(Next).Hangup())
        .ShouldBe(Head + """<Response><Say language="en-GB">Fish &amp; &lt;chips&gt;</Say><Pause length="2" /><Redirect method="POST">https://voice.example.com/next?a=1&amp;b=2</Redirect><Hangup /></Response>""");

    [Fact]
    public void A_call_is_refused() =>
        Xml(new VoiceResponse().Reject("busy")).ShouldBe(Head + """<Response><Reject reason="busy" /></Response>""");

    [Fact]
    public void A_number_is_dialled() =>
        Xml(new VoiceResponse().Dial("+14155550123", "+14155550199", 25, Next))
        .ShouldBe(Head + """<Response><Dial action="https://voice.example.com/next?a=1&amp;b=2" method="POST" timeout="25" callerId="+14155550199"><Number>+14155550123</Number></Dial></Response>""");

    [Fact]
    public void Characters_that_xml_cannot_carry_are_replaced_and_others_survive()
    {
        var text = XDocument.Parse(Xml(new VoiceResponse().Say("a\0b\ud800c \ud83d\udc4b \u00fc"))).Root!.Element("Say")!.Value;
        text.ShouldBe("a\ufffdb\ufffdc \ud83d\udc4b \u00fc");
    }

    [Fact]
    public void What_twilio_would_refuse_is_refused_here()
    {
        Should.Throw<ArgumentException>(() => new VoiceResponse().Say(new string('a', 4097)));
        Should.Throw<ArgumentException>(() => new VoiceResponse().ConnectStream(new Uri("wss://a.example/m?x=1"), Next, Next, []));
        Should.Throw<ArgumentException>(() => new VoiceResponse().ConnectStream(new Uri("wss://a.example/m"), Next, Next, [new("abc", new string('x', 497))]));
        new VoiceResponse().ConnectStream(new Uri("wss://a.example/m"), Next, Next, [new("abc", new string('x', 496))]).ToUtf8().ShouldNotBeEmpty();
    }
}
