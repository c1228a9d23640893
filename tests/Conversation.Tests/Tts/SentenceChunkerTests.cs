using Parley.Conversation.Tts;

namespace Parley.Conversation.Tests.Tts;

public sealed class SentenceChunkerTests
{
    [Theory]
    [InlineData("Hello there. How are you?", new[] { "Hello there.", "How are you?" })]
    [InlineData("Thanks for calling Luigi's, how can I help?", new[] { "Thanks for calling Luigi's,", "how can I help?" })]
    [InlineData("Yes, it is.", new[] { "Yes, it is." })]
    [InlineData("It costs $14.50 today. Anything else?", new[] { "It costs $14.50 today.", "Anything else?" })]
    [InlineData("We open at 7:30 p.m. on Fridays. See you.", new[] { "We open at 7:30 p.m. on Fridays.", "See you." })]
    [InlineData("Dr. Smith is in on Nov. Monday.", new[] { "Dr. Smith is in on Nov.", "Monday." })]
    [InlineData("That is on November 24, 2026 at noon.", new[] { "That is on November 24, 2026 at noon." })]
    [InlineData("Your number is 4, 1, 5, 5, 5, 5. Right?", new[] { "Your number is 4, 1, 5, 5, 5, 5.", "Right?" })]
    [InlineData("One line\nanother line", new[] { "One line", "another line" })]
    [InlineData("", new string[0])]
    public void Clauses_end_where_a_breath_is_natural(string text, string[] clauses) => SentenceChunker.Split(text).ShouldBe(clauses);

    [Fact]
    public void Only_the_first_clause_is_cut_at_a_comma()
    {
        SentenceChunker.Split("Of course I can, tomorrow. For a party of four, at seven, on Friday.")
            .ShouldBe(["Of course I can,", "tomorrow.", "For a party of four, at seven, on Friday."]);
    }

    [Fact]
    public void Streamed_text_gives_the_same_clauses_as_whole_text()
    {
        const string text = "Thanks for calling, Dr. Smith is in at 7:30 p.m. today. It costs $14.50, 2 for $20. Shall I book it for you?";
        var chunker = new SentenceChunker();
        var clauses = new List<string>();
        foreach (var c in text)
            clauses.AddRange(chunker.Add(c.ToString()));
        clauses.AddRange(chunker.Complete());

        clauses.ShouldBe(SentenceChunker.Split(text));
        string.Join(' ', clauses).ShouldBe(text);
    }
}
