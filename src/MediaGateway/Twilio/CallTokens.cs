using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// Issues and checks the tokens that tie a media stream to the call its webhook announced. A token is
/// <c>v1.payload.signature</c> (base64url; HMAC-SHA256 over <c>v1.payload</c>), at most <see cref="MaxLength"/> characters, because Twilio
/// limits a stream parameter to 500. It lives for <see cref="TwilioOptions.TokenLifetimeSeconds"/> and is good once, since Twilio logs
/// TwiML. Gateways of one account share the key that is made of its auth token, or <see cref="TwilioOptions.TokenKey"/>; use is remembered
/// by each gateway for itself.
/// </summary>
public sealed class CallTokens : IDisposable
{
    /// <summary>Longest token, in characters.</summary>
    public const int MaxLength = 400;

    /// <summary>Most used tokens remembered at a time: over 1,600 calls a second at the default lifetime.</summary>
    public const int MaxRemembered = 100_000;

    private const int NonceBytes = 16;
    private const int SignatureLength = 43;
    private const int FixedBytes = 16 + 16 + 8 + NonceBytes + 1;
    private const string Version = "v1.";

    private readonly byte[] key;
    private readonly TimeSpan lifetime;
    private readonly TimeProvider time;
    private readonly Lock sync = new();
    private readonly HashSet<Int128> used = [];
    private readonly PriorityQueue<Int128, long> usedByExpiry = new();

    /// <summary>Uses the configured key, or one derived from the auth token (RFC 5869), or one made up for this process.</summary>
    public CallTokens(IOptions<TwilioOptions> options, TimeProvider time)
    {
        this.time = time;
        lifetime = TimeSpan.FromSeconds(options.Value.TokenLifetimeSeconds);
        key = options.Value switch
        {
            { TokenKey: { Length: > 0 } shared } => SHA256.HashData(Encoding.UTF8.GetBytes(shared)),
            { AuthToken: { Length: > 0 } account } =>
                HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(account), 32, info: "parley call token"u8.ToArray()),
            _ => RandomNumberGenerator.GetBytes(32),
        };
    }

    /// <summary>Makes a token for one stream of a call.</summary>
    /// <exception cref="ArgumentException">The carrier's call id is not an id (see <see cref="StreamIds"/>).</exception>
    public string Issue(CallToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (!StreamIds.IsValid(token.CarrierCallId))
            throw new ArgumentException("The carrier's call id is not an id.", nameof(token));

        Span<byte> payload = stackalloc byte[FixedBytes + StreamIds.MaxLength];
        token.CallId.TryWriteBytes(payload, bigEndian: true, out _);
        token.TenantId.TryWriteBytes(payload[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(payload[32..], (time.GetUtcNow() + lifetime).ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(payload.Slice(40, NonceBytes));
        payload[56] = token.Resume ? (byte)1 : (byte)0;
        var length = FixedBytes + Encoding.ASCII.GetBytes(token.CarrierCallId, payload[FixedBytes..]);

        var signed = Version + Base64Url.EncodeToString(payload[..length]);
        return signed + "." + Sign(signed);
    }

    /// <summary>Checks a token and uses it up. A token shown for another call stays good for its own.</summary>
    /// <param name="token">As it came in, from anyone.</param>
    /// <param name="carrierCallId">The call that shows it.</param>
    public CallTokenCheck Verify(string? token, string carrierCallId)
    {
        if (token is null || token.Length > MaxLength || !token.StartsWith(Version, StringComparison.Ordinal))
            return new(CallTokenOutcome.Malformed);

        var dot = token.LastIndexOf('.');
        if (dot < Version.Length || token.Length - dot - 1 != SignatureLength)
            return new(CallTokenOutcome.Malformed);

        Span<byte> payload = stackalloc byte[FixedBytes + StreamIds.MaxLength];
        if (!TryDecode(token.AsSpan(Version.Length, dot - Version.Length), payload, out var length) || length <= FixedBytes)
            return new(CallTokenOutcome.Malformed);
        // Compared as text: base64url has several spellings of the same bytes, only ours is taken.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token[(dot + 1)..]), Encoding.ASCII.GetBytes(Sign(token[..dot]))))
            return new(CallTokenOutcome.BadSignature);

        var expiry = BinaryPrimitives.ReadInt64BigEndian(payload[32..]);
        if (time.GetUtcNow().ToUnixTimeMilliseconds() >= expiry)
            return new(CallTokenOutcome.Expired);

        var carrier = Encoding.ASCII.GetString(payload[FixedBytes..length]);
        if (!string.Equals(carrier, carrierCallId, StringComparison.Ordinal))
            return new(CallTokenOutcome.WrongCall);

        var outcome = Use(BinaryPrimitives.ReadInt128BigEndian(payload[40..]), expiry);
        return outcome == CallTokenOutcome.Valid
            ? new(outcome, new CallToken(
                new Guid(payload[..16], bigEndian: true), carrier, new Guid(payload[16..32], bigEndian: true), payload[56] == 1))
            : new(outcome);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    private CallTokenOutcome Use(Int128 nonce, long expiry)
    {
        lock (sync)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            while (usedByExpiry.TryPeek(out var oldest, out var ended) && ended <= now)
            {
                usedByExpiry.Dequeue();
                used.Remove(oldest);
            }

            if (used.Contains(nonce))
                return CallTokenOutcome.Used;
            if (used.Count >= MaxRemembered)
                return CallTokenOutcome.Overloaded;

            used.Add(nonce);
            usedByExpiry.Enqueue(nonce, expiry);
            return CallTokenOutcome.Valid;
        }
    }

    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        return Base64Url.IsValid(text, out var length) && length <= destination.Length
            && Base64Url.TryDecodeFromChars(text, destination, out written);
    }

    private string Sign(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)));
}
