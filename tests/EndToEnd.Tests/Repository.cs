using Parley.Calling;

namespace Parley.EndToEnd.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Tenants => Path.Combine(Root, "samples", "tenants");

    public static string Audio => Path.Combine(Root, "samples", "audio");

    public static CallScript Script(string name) => CallScriptReader.ReadFile(Path.Combine(Audio, name + ".yaml"));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No repository above {AppContext.BaseDirectory}.");
    }
}
