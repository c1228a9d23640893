using System.Globalization;
using System.Text;

namespace Parley.Benchmarks.Gateway;

/// <summary>Messages as Twilio sends them.</summary>
internal static class MediaMessages
{
    public const string StreamSid = "MZ18ad3ab5a668481ce02b83e7395059f0";
    public const string CallSid = "CAc2e6c8a1d2f34f0c9d7f3b1f5a0e9d21";

    public static byte[] Start() => Encoding.UTF8.GetBytes(
        $$$"""{"event":"start","sequenceNumber":"1","start":{"accountSid":"AC5ef872f6da5a21de157d80997a64bd33","streamSid":"{{{StreamSid}}}","callSid":"{{{CallSid}}}","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{}},"streamSid":"{{{StreamSid}}}"}""");

    /// <summary>The frame at a place in the call, counted from 0.</summary>
    public static byte[] Media(int index, ReadOnlySpan<byte> muLaw) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"event":"media","sequenceNumber":"{{index + 2}}","media":{"track":"inbound","chunk":"{{index + 1}}","timestamp":"{{index * 20}}","payload":"{{Convert.ToBase64String(muLaw)}}"},"streamSid":"{{StreamSid}}"}"""));

    /// <summary>The first frames of a call in which every sample is the same.</summary>
    public static byte[][] Constant(int count, byte code)
    {
        var audio = new byte[160];
        Array.Fill(audio, code);
        return [.. Enumerable.Range(0, count).Select(i => Media(i, audio))];
    }

    public static byte[] Stop() => Encoding.UTF8.GetBytes(
        $$"""{"event":"stop","streamSid":"{{StreamSid}}","stop":{"callSid":"{{CallSid}}"} }""");
}
