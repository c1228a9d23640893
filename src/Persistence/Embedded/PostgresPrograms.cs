using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Persistence.Embedded;

/// <summary>Where PostgreSQL's programs are on this machine.</summary>
internal sealed partial record PostgresPrograms(string Directory, int Major)
{
    /// <summary>The oldest version whose SQL the schema uses.</summary>
    public const int OldestMajor = 15;

    public string InitDb => Path.Combine(Directory, "initdb");

    public string PgCtl => Path.Combine(Directory, "pg_ctl");

    /// <summary>
    /// Looks in <paramref name="configured"/> when it is set, else in Debian's and Red Hat's folders, Homebrew's, and beside the
    /// programs on the PATH; the highest version wins.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">There is none that is new enough.</exception>
    public static async Task<PostgresPrograms> FindAsync(string? configured, CancellationToken cancellationToken)
    {
        var folders = configured is null ? Candidates() : [configured];
        var found = new List<PostgresPrograms>();
        foreach (var folder in folders.Where(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl"))))
        {
            var major = await MajorAsync(folder, cancellationToken);
            if (major is not null)
                found.Add(new PostgresPrograms(folder, major.Value));
        }

        var best = found.MaxBy(p => p.Major);
        if (best is { Major: >= OldestMajor })
            return best;
        var seen = best is null ? "none was found" : $"the newest found is {best.Major} in {best.Directory}";
        throw new EmbeddedPostgresException(
            $"The embedded database needs PostgreSQL {OldestMajor} or later; {seen}" +
            (configured is null ? "" : $" in the configured folder {configured}") +
            ". Install it (Debian, Ubuntu: apt-get install postgresql), name its folder in Database:PostgresBinDirectory, " +
            "or set ConnectionStrings:Parley to a server of yours.");
    }

    private static IEnumerable<string> Candidates()
    {
        string[] parents = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];
        foreach (var parent in parents.Where(System.IO.Directory.Exists))
        {
            foreach (var version in System.IO.Directory.EnumerateDirectories(parent))
                yield return Path.Combine(version, "bin");
        }

        string[] prefixes = ["/usr", "/opt/homebrew/opt", "/usr/local/opt"];
        foreach (var prefix in prefixes.Where(System.IO.Directory.Exists))
        {
            foreach (var version in System.IO.Directory.EnumerateDirectories(prefix, "*").Where(d => VersionedFolder().IsMatch(d)))
                yield return Path.Combine(version, "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }

    private static async Task<int?> MajorAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            // "initdb (PostgreSQL) 15.14 (Debian ...)"
            var result = await ProgramRun.RunAsync(Path.Combine(folder, "initdb"), ["--version"], cancellationToken);
            var match = VersionText().Match(result.Output);
            return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionText();

    [GeneratedRegex(@"/(pgsql-\d+|postgresql@\d+)$")]
    private static partial Regex VersionedFolder();
}

/// <summary>A program that runs to its end.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Both its outputs.</param>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    public static async Task<ProgramRun> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            // A folder every user may enter: the program may run as another user.
            WorkingDirectory = "/",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Messages are read for what happened, so they must be in one language.
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramRun(process.ExitCode, (await output + await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
