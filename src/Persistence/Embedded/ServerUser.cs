using System.Globalization;
using System.Runtime.Versioning;

namespace Parley.Persistence.Embedded;

/// <summary>
/// The user the server runs as. PostgreSQL refuses to run as root, so that root's Parley (a container, a small machine) runs it as
/// <c>postgres</c>, which its packages create, or else as <c>nobody</c>.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ServerUser
{
    private readonly uint? id;
    private readonly uint? group;

    private ServerUser(uint? id, uint? group)
    {
        this.id = id;
        this.group = group;
    }

    /// <summary>Whether the server runs as another user than Parley.</summary>
    public bool IsOther => id is not null;

    public static ServerUser Find()
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser(null, null);
        var accounts = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).Where(f => f.Length > 3).ToList();
        var account = accounts.FirstOrDefault(f => f[0] == "postgres") ?? accounts.FirstOrDefault(f => f[0] == "nobody")
            ?? throw new EmbeddedPostgresException(
                "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as. " +
                "Start Parley as an ordinary user, or set ConnectionStrings:Parley to a server of yours.");
        return new ServerUser(uint.Parse(account[2], CultureInfo.InvariantCulture), uint.Parse(account[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs a program as this user.</summary>
    public Task<ProgramRun> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) => IsOther
        ? ProgramRun.RunAsync("setpriv", [$"--reuid={id}", $"--regid={group}", "--clear-groups", "--", program, .. arguments], cancellationToken)
        : ProgramRun.RunAsync(program, arguments, cancellationToken);

    /// <summary>Gives a file or folder, with what is in it, to this user.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (!IsOther)
            return;
        var result = await ProgramRun.RunAsync("chown", ["-R", $"{id}:{group}", path], cancellationToken);
        if (result.ExitCode != 0)
            throw new EmbeddedPostgresException($"The folder {path} cannot be given to the database's user: {result.Output}");
    }

    /// <summary>The first folder above <paramref name="path"/> that this user may not enter; null when the way is open.</summary>
    public string? ClosedParent(string path)
    {
        if (!IsOther)
            return null;
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && !File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute))
                return folder;
        }

        return null;
    }
}
