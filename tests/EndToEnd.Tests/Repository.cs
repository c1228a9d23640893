using Parley.Calling;
using Parley.Tests.Common;

namespace Parley.EndToEnd.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root => RepositoryFiles.Root;

    public static string Tenants => Path.Combine(Root, "samples", "tenants");

    public static string Audio => Path.Combine(Root, "samples", "audio");

    public static CallScript Script(string name) => CallScriptReader.ReadFile(Path.Combine(Audio, name + ".yaml"));
}
