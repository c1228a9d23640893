using System.Net;
using System.Net.Sockets;

namespace Parley.Conversation.Net;

/// <summary>
/// Sends requests to addresses that tenants give. The address is checked where the connection is made, after names are resolved, so that neither a
/// redirect (none is followed) nor a name that points somewhere else a moment later (DNS rebinding) leads to a private network. One for the process.
/// </summary>
public sealed class OutgoingHttp : IDisposable
{
    private readonly OutgoingOptions options;
    private readonly HttpClient client;

    /// <summary>Makes the client.</summary>
    public OutgoingHttp(OutgoingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would connect in our place, unchecked.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,      // kilobytes
            ConnectCallback = ConnectAsync,
        })
        {
            // Whoever sends sets the deadline.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>What is wrong with an address, before it is resolved; null when nothing is. Also for settings, when they are stored.</summary>
    public string? Objection(Uri? address) => address switch
    {
        null or { IsAbsoluteUri: false } => "must be an absolute address, such as https://example.com/hook",
        { Scheme: not ("https" or "http") } => "must begin with https://",
        { UserInfo.Length: > 0 } => "must not hold a user or a password",
        { Scheme: "http" } when !options.AllowPlainHttp && options.PrivateNetworks.Count == 0 => "must begin with https://",
        _ when IPAddress.TryParse(address.IdnHost, out var ip) && !options.Allows(ip) => "must be an address of the public internet",
        _ => null,
    };

    /// <summary>
    /// Sends a request; the answer's head only, its body is to be read by <see cref="ReadAsync"/>. Fails with <see cref="AddressRefusedException"/>
    /// or <see cref="HttpRequestException"/>.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Objection(request.RequestUri) is { } objection)
            throw new AddressRefusedException($"The address {objection}.");
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException refused)
        {
            throw new AddressRefusedException(refused.Message);
        }
    }

    /// <summary>Reads at most <paramref name="mostBytes"/> of an answer's body; null when it is longer.</summary>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int mostBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.Content.Headers.ContentLength > mostBytes)
            return null;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[8192];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > mostBytes)
                return null;
            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var end = context.DnsEndPoint;
        var found = IPAddress.TryParse(end.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(end.Host, cancellationToken);
        IPAddress[] allowed = [.. found.Where(options.Allows)];
        if (allowed.Length == 0)
            throw new AddressRefusedException("The address does not belong to the public internet.");
        if (context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttp && !options.AllowPlainHttp)
        {
            allowed = [.. allowed.Where(static address => !PublicAddresses.IsPublic(address))];
            if (allowed.Length == 0)
                throw new AddressRefusedException("The address must begin with https://.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, end.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
