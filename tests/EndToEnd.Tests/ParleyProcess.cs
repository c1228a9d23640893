using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.EndToEnd.Tests;

/// <summary>The program as a user starts it.</summary>
internal sealed partial class ParleyProcess : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentQueue<string> errors = new();

    private ParleyProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, e) => Keep(lines, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(errors, e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Its standard output so far.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Its standard error so far.</summary>
    public string Errors => string.Join('\n', errors);

    public bool HasExited => process.HasExited;

    public static ParleyProcess Start(string folder, IReadOnlyDictionary<string, string?> environment, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "parley.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["Database__Durable"] = "false";
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ParleyProcess(new Process { StartInfo = start });
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string folder, IReadOnlyDictionary<string, string?> environment, params IReadOnlyList<string> arguments)
    {
        await using var program = Start(folder, environment, arguments);
        return (await program.ExitAsync(), program.Output, program.Errors);
    }

    /// <summary>Starts a server and waits until it answers; returns its address too.</summary>
    public static async Task<(ParleyProcess Program, Uri Address)> ServeAsync(DataFolder data, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?> { ["Tenants__ImportOnEmpty"] = Repository.Tenants };
        foreach (var (name, value) in settings)
            environment[name] = value;
        var program = Start(data.Path, environment, "serve", "--urls", "http://127.0.0.1:0", "--data", data.File("data"));
        const string ready = "Parley answers at ";
        var line = await Until.FoundAsync(() => Task.FromResult(
            program.lines.FirstOrDefault(l => l.StartsWith(ready, StringComparison.Ordinal)) ?? (program.HasExited ? "ended" : null)));
        if (line == "ended")
            throw new InvalidOperationException("The server ended: " + program.Output);
        return (program, new Uri(line[ready.Length..]));
    }

    /// <summary>The operator's key, which is printed below the address when the database is new.</summary>
    public async Task<string> KeyAsync()
    {
        await Until.TrueAsync(() => Task.FromResult(OperatorKey().IsMatch(Output)));
        return OperatorKey().Match(Output).Value;
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it without any notice; what it started lives on.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Longest, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Still running after {Longest.TotalSeconds:0} s: {Output}");
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    [GeneratedRegex("pk_[A-Za-z0-9_-]{43}")]
    private static partial Regex OperatorKey();

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
