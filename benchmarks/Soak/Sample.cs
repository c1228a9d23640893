using System.Globalization;
using System.Text.Json;

namespace Parley.Soak;

/// <summary>What the server used at a moment.</summary>
/// <param name="Seconds">Since the first call came.</param>
/// <param name="RssBytes">Resident memory (<c>VmRSS</c>, proc(5)).</param>
/// <param name="ManagedBytes">Managed memory, uncollected garbage included.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Sessions">Calls with a media connection.</param>
/// <param name="Connections">Media connections.</param>
internal sealed record Sample(double Seconds, long RssBytes, long ManagedBytes, int Handles, int Threads, int Sessions, int Connections)
{
    public const string CsvHeader = "seconds,rss_bytes,managed_bytes,handles,threads,sessions,connections";

    public string ToCsv() => string.Create(
        CultureInfo.InvariantCulture, $"{Seconds:0.0},{RssBytes},{ManagedBytes},{Handles},{Threads},{Sessions},{Connections}");

    /// <summary>Looks at the server; <paramref name="collect"/> has it collect its garbage before.</summary>
    public static async Task<Sample> TakeAsync(HttpClient http, Uri server, double seconds, bool collect = false)
    {
        using var use = JsonDocument.Parse(await http.GetStringAsync(new Uri(server, collect ? "/health/process?collect=true" : "/health/process")));
        var root = use.RootElement;
        var id = root.GetProperty("processId").GetInt32();
        var status = File.ReadLines($"/proc/{id}/status").Select(l => l.Split(':', 2)).ToDictionary(l => l[0], l => l[1].Trim());
        return new Sample(
            seconds,
            long.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) * 1024,
            root.GetProperty("managedBytes").GetInt64(),
            Directory.GetFileSystemEntries($"/proc/{id}/fd").Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture),
            root.GetProperty("calls").GetInt32(),
            root.GetProperty("connections").GetInt32());
    }
}
