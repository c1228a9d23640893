using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Time;

namespace Parley.Benchmarks.Gateway;

/// <summary>What every call and webhook is checked for before anything else happens.</summary>
public class SecurityBenchmarks
{
    private const string AuthToken = "12345678901234567890123456789012";
    private const string Url = "https://voice.example.com/twilio/voice";
    private const string StreamUrl = "wss://voice.example.com/twilio/media";

    private static readonly KeyValuePair<string, string>[] Form =
    [
        new("CallSid", MediaMessages.CallSid), new("AccountSid", "AC5ef872f6da5a21de157d80997a64bd33"), new("From", "+12125550123"),
        new("To", "+12125550101"), new("CallStatus", "ringing"), new("ApiVersion", "2010-04-01"), new("Direction", "inbound"),
        new("ForwardedFrom", ""), new("CallerName", ""), new("FromCity", "NEW YORK"), new("FromState", "NY"), new("FromZip", "10001"),
        new("FromCountry", "US"), new("ToCity", "NEW YORK"), new("ToState", "NY"), new("ToZip", "10001"), new("ToCountry", "US"),
    ];

    private readonly StandingClock clock = new();
    private readonly RequestValidator validator = new(AuthToken);
    private CallTokens tokens = null!;
    private CallToken call = null!;
    private string forged = "";
    private string formSignature = "";
    private string streamSignature = "";

    [GlobalSetup]
    public void Setup()
    {
        tokens = new CallTokens(Options.Create(new TwilioOptions()), clock);
        call = new CallToken(Guid.CreateVersion7(clock.GetUtcNow()), MediaMessages.CallSid, Guid.CreateVersion7(clock.GetUtcNow()));
        using var others = new CallTokens(Options.Create(new TwilioOptions()), clock);
        forged = others.Issue(call);
        formSignature = Sign(Url + string.Concat(Form.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + p.Value)));
        streamSignature = Sign(StreamUrl);
        if (Issue_and_verify_a_token() != CallTokenOutcome.Valid || Refuse_a_forged_token() != CallTokenOutcome.BadSignature
            || !Validate_a_webhook() || !Validate_a_stream())
        {
            throw new InvalidOperationException("The good must be taken and the bad refused.");
        }
    }

    [Benchmark]
    public string Issue_a_token() => tokens.Issue(call);

    [Benchmark]
    public CallTokenOutcome Issue_and_verify_a_token()
    {
        // The tokens that were used before have expired, and are forgotten.
        clock.Now += TimeSpan.FromMinutes(2);
        return tokens.Verify(tokens.Issue(call), MediaMessages.CallSid).Outcome;
    }

    [Benchmark]
    public CallTokenOutcome Refuse_a_forged_token() => tokens.Verify(forged, MediaMessages.CallSid).Outcome;

    [Benchmark]
    public bool Validate_a_webhook() => validator.Validate(Url, Form, formSignature);

    [Benchmark]
    public bool Validate_a_stream() => validator.ValidateUpgrade(StreamUrl, streamSignature);

    [GlobalCleanup]
    public void Cleanup() => tokens.Dispose();

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1; there is no other choice.
    private static string Sign(string text) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(AuthToken), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
}
