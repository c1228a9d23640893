using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Parley.ProviderBench;

/// <summary>Connections and allocated bytes of a call; the providers are another process, so that only the calls' own bytes count.</summary>
internal static class Cost
{
    private const int Rounds = 4;
    private const int AtOnce = 5;
    private const int Many = 100_000;

    public static async Task<string> RunAsync(Recording[] says)
    {
        using var servers = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(Cost).Assembly.Location, "servers" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var addresses = JsonSerializer.Deserialize<Addresses>((await servers.StandardOutput.ReadLineAsync())!)!;
            await using var installation = new Installation(addresses);
            var table = new StringWriter();
            table.WriteLine("| calls | turns each | connections opened by a call | allocated by a call | by a second of it |");
            table.WriteLine("| --- | --- | --- | --- | --- |");
            table.WriteLine(await RowAsync("the first", installation, servers, says, 1, 1));
            table.WriteLine(await RowAsync($"{Rounds}, one after another", installation, servers, says, Rounds, 1));
            table.WriteLine(await RowAsync($"{Rounds * AtOnce}, {AtOnce} at once", installation, servers, says, Rounds * AtOnce, AtOnce));
            return table.ToString();
        }
        finally
        {
            servers.StandardInput.Close();
            await servers.WaitForExitAsync();
        }
    }

    /// <summary>The other process: says where the servers are, then at each line how many connections they have had.</summary>
    public static async Task ServeAsync(string text)
    {
        await using var vendors = await Vendors.StartAsync();
        vendors.Expect(text, Many);
        Console.WriteLine(JsonSerializer.Serialize(Addresses.Of(vendors)));
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(vendors.Connections);
    }

    private static async Task<string> RowAsync(string name, Installation installation, Process servers, Recording[] says, int calls, int atOnce)
    {
        var (connections, bytes, began) = (await CountAsync(servers), GC.GetTotalAllocatedBytes(precise: true), TimeProvider.System.GetTimestamp());
        for (var i = 0; i < calls; i += atOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
            {
                installation.Ring();
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                await new BenchCall(installation, says).RunAsync();
            }));
        }

        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds * atOnce;
        var (opened, allocated) = (await CountAsync(servers) - connections, GC.GetTotalAllocatedBytes(precise: true) - bytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {says.Length} | {opened / (double)calls:0.0} | {allocated / calls / 1024:N0} KiB | {allocated / seconds / 1024:N0} KiB |");
    }

    private static async Task<int> CountAsync(Process servers)
    {
        await servers.StandardInput.WriteLineAsync("count");
        return int.Parse((await servers.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }
}
