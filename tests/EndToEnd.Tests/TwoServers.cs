using Parley.Tests.Database;

namespace Parley.EndToEnd.Tests;

/// <summary>Two servers on one database, behind one address that leads to the first.</summary>
internal sealed class TwoServers : IAsyncDisposable
{
    private readonly DataFolder data = new();
    private readonly DataFolder otherData = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
    private PostgresServer? postgres;
    private ParleyProcess? other;
    private Line? line;
    private string key = "";

    private TwoServers()
    {
    }

    /// <summary>The server that is to go away.</summary>
    public ParleyProcess First { get; private set; } = null!;

    /// <summary>Where it listens.</summary>
    public Uri FirstAddress { get; private set; } = null!;

    /// <summary>Where the other one listens.</summary>
    public Uri OtherAddress { get; private set; } = null!;

    /// <summary>What callers call.</summary>
    public Line Line => line!;

    /// <summary>For requests to one of the two.</summary>
    public HttpClient Http => http;

    /// <summary>The owners' API of one of the two.</summary>
    public OwnersApi Api(Uri address) => new(address, key, http);

    /// <summary>Starts both.</summary>
    public static async Task<TwoServers> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent");
        var servers = new TwoServers();
        try
        {
            await servers.BeginAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (line is not null)
            await line.DisposeAsync();
        if (other is not null)
            await other.DisposeAsync();
        if (First is not null)
            await First.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        http.Dispose();
        data.Dispose();
        otherData.Dispose();
    }

    private async Task BeginAsync()
    {
        postgres = await PostgresServer.StartAsync();
        (string, string)[] settings =
        [
            ("ConnectionStrings__Parley", await postgres.CreateDatabaseAsync()),
            ("Twilio__TokenKey", "what the gateways of one number share"),
            ("Gateway__DrainSeconds", "1"),
        ];
        (First, FirstAddress) = await ParleyProcess.ServeAsync(data, settings);
        key = await First.KeyAsync();
        (other, OtherAddress) = await ParleyProcess.ServeAsync(otherData, settings);
        line = new Line(FirstAddress);
    }
}
