using System.Diagnostics;

namespace Parley.Soak;

/// <summary>A server in a process and a data folder of its own, with the embedded database and speech.</summary>
internal sealed class SoakServer : IAsyncDisposable
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly DirectoryInfo data;
    private readonly TaskCompletionSource<Uri> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;

    private SoakServer(DirectoryInfo samples, TimeProvider time)
    {
        this.time = time;
        // Not a private one: as root, the database runs as another user, who must get there.
        data = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"parley-soak-{Guid.CreateVersion7(time.GetUtcNow()):N}"));
        var start = new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "parley.dll"), "serve", "--urls", "http://127.0.0.1:0", "--data", data.FullName])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Tenants__ImportOnEmpty"] = Path.Combine(samples.FullName, "tenants");
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Lines of the log at warning or above.</summary>
    public int Complaints { get; private set; }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<(SoakServer Server, Uri Address)> StartAsync(DirectoryInfo samples, TimeProvider time)
    {
        var server = new SoakServer(samples, time);
        return (server, await server.ready.Task.WaitAsync(TimeSpan.FromMinutes(2), time));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
                await kill.WaitForExitAsync();
            try
            {
                await process.WaitForExitAsync().WaitAsync(StopDeadline, time);
            }
            catch (TimeoutException)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        process.Dispose();
        data.Delete(recursive: true);
    }

    private void Read(string? line)
    {
        const string Answers = "Parley answers at ";
        if (line is null)
            return;
        if (line.StartsWith(Answers, StringComparison.Ordinal))
            ready.TrySetResult(new Uri(line[Answers.Length..]));
        else if (line.Contains("\"LogLevel\":", StringComparison.Ordinal) && ++Complaints <= 20)
            Console.Error.WriteLine(line);
    }
}
