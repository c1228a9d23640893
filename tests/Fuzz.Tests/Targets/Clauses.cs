using System.Text;
using Parley.Conversation.Tts;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Text on its way to the voice, in pieces as a model streams it.</summary>
internal sealed class Clauses : FuzzTarget
{
    public override int Share => 25;

    public override (long Fixed, long PerByte) Allowance => (256 * 1024, 2000);

    public override byte[] Make(Random random)
    {
        var text = MaybeSpoil(
            random, "Of course, Mr. Smith: a table for 4, at 7.30 p.m. on Monday 24, 2026! That's $14,50 - shall I... No?\nGood – bye; e.g. now, 1, 2, 3."u8.ToArray());
        return text.Length <= 8192 ? text : text[..8192];
    }

    public override void Run(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        var chunker = new SentenceChunker();
        var clauses = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var piece = Math.Min(text.Length - at, random.Next(1, 200));
            clauses.AddRange(chunker.Add(text.Substring(at, piece)));
            at += piece;
        }

        clauses.AddRange(chunker.Complete());
        Require(Bare(string.Concat(clauses)) == Bare(text), "nothing is lost and nothing made up");
        Require(clauses.TrueForAll(c => c.Length > 0 && c.Trim() == c), "clauses are trimmed");
    }

    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
