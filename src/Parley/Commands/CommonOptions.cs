using System.CommandLine;

namespace Parley.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "Folder of the embedded database (setting Database:DataDirectory; default: data).",
    };
}
