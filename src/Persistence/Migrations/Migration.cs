using System.Security.Cryptography;
using System.Text;

namespace Parley.Persistence.Migrations;

/// <summary>One step of the schema.</summary>
/// <param name="Name">File name without ending, such as <c>2026-11-21-001-initial</c>; the order of names is the order of steps.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(string Name, string Sql)
{
    /// <summary>SHA-256 of the text with line ends as <c>\n</c>, so that a checkout on another system is the same.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The steps this program knows, in order.</summary>
    public static IReadOnlyList<Migration> LoadEmbedded()
    {
        var assembly = typeof(Migration).Assembly;
        const string Prefix = "Parley.Persistence.Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => new Migration(n[Prefix.Length..^4], ReadResource(n)))];

        string ReadResource(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
