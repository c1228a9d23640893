using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;
using Parley.Tests.Common;

namespace Parley.Conversation.Tests.Rag;

/// <summary>
/// Look-ups as recognisers wrote them: <c>tests/corpus/knowledge/heard.csv</c> has what was said, by which embedded voice, and what the embedded recogniser made of it
/// over a telephone line, with the row that was meant. Every second sentence is held out: its mistakes are not shown, and the search is not tuned on it.
/// </summary>
public sealed class HeardCatalogueTests(ITestOutputHelper output)
{
    // As committed; a search that gets worse fails.
    private const int RightTuned = 46;
    private const int RightHeldOut = 29;

    private static readonly Dictionary<string, CatalogueIndex> Catalogues = new()
    {
        ["sole-supply"] = Open("samples", "knowledge", "sole-supply", "catalogue.csv"),
        ["corner-sneakers"] = Open("samples", "scenarios", "tenants", "corner-sneakers", "catalogue.csv"),
    };

    private enum Outcome
    {
        /// <summary>The rows that were meant, and no others.</summary>
        Right,

        /// <summary>They are among those that were found: the size or kind was lost, and is asked for.</summary>
        Wider,

        /// <summary>Nothing, or only what is told as not being it.</summary>
        Missed,

        /// <summary>Something else, told as if it were what was asked for.</summary>
        False,
    }

    [Fact]
    public void What_was_heard_finds_the_rows_that_were_meant_and_never_others()
    {
        var table = CsvTable.Read(File.ReadAllText(RepositoryFiles.PathTo("tests", "corpus", "knowledge", "heard.csv")), "heard.csv", 1000);
        var results = table.Rows.Select(row => (Row: row.Cells, IsHeldOut: row.Cells[5] == "yes", Outcome: Judge(row.Cells[0], row.Cells[3], row.Cells[4]))).ToList();

        foreach (var heldOut in (bool[])[false, true])
        {
            var of = results.Where(r => r.IsHeldOut == heldOut).ToList();
            output.WriteLine($"{(heldOut ? "held out" : "tuned on")}: {of.Count} heard, "
                + string.Join(", ", Enum.GetValues<Outcome>().Select(o => $"{of.Count(r => r.Outcome == o)} {o}")));
        }

        foreach (var (row, _, outcome) in results.Where(r => !r.IsHeldOut && r.Outcome != Outcome.Right))
            output.WriteLine($"{outcome,-6} {row[0],-15} \"{row[3]}\" ({row[4]}): {string.Join(" + ", Find(row[0], row[3]).Take(4).Select(Name))}");

        results.Count(r => !r.IsHeldOut).ShouldBeGreaterThanOrEqualTo(40);
        results.Count(r => r.IsHeldOut).ShouldBeGreaterThanOrEqualTo(40);
        results.Count(r => r.Outcome == Outcome.False).ShouldBe(0);
        results.Count(r => !r.IsHeldOut && r.Outcome == Outcome.Right).ShouldBeGreaterThanOrEqualTo(RightTuned);
        results.Count(r => r.IsHeldOut && r.Outcome == Outcome.Right).ShouldBeGreaterThanOrEqualTo(RightHeldOut);
    }

    private static Outcome Judge(string catalogue, string heard, string wanted)
    {
        var found = Find(catalogue, heard);
        List<string> exact = [.. found.Where(static item => item.Exact).Select(Name)];
        if (wanted == "none")
            return exact.Count > 0 ? Outcome.False : found.Count > 0 ? Outcome.Missed : Outcome.Right;
        if (wanted.StartsWith("near ", StringComparison.Ordinal))
            return exact.Count > 0 ? Outcome.False : found.Count > 0 && found[0].Product == wanted[5..] ? Outcome.Right : Outcome.Missed;
        if (wanted.StartsWith("any ", StringComparison.Ordinal))
            return exact.Count == 0 ? Outcome.Missed : exact.TrueForAll(name => name.StartsWith(wanted[4..], StringComparison.Ordinal)) ? Outcome.Right : Outcome.False;
        return exact.Count == 0 ? Outcome.Missed : !exact.Contains(wanted) ? Outcome.False : exact.Count == 1 ? Outcome.Right : Outcome.Wider;
    }

    private static IReadOnlyList<CatalogueItem> Find(string catalogue, string heard) => Catalogues[catalogue].Find(new CatalogueQuery(heard, Most: 50));

    private static string Name(CatalogueItem item) => $"{item.Product}/{item.Variant}/{item.Size}";

    private static CatalogueIndex Open(params string[] path) =>
        new([.. CatalogueFile.Parse(File.ReadAllText(RepositoryFiles.PathTo(path))).Rows.Select(static row => row.ToItem())]);
}
