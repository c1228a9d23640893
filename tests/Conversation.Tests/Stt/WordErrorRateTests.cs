using Parley.Tests.Common.Speech;

namespace Parley.Conversation.Tests.Stt;

public sealed class WordErrorRateTests
{
    [Theory]
    [InlineData("Hello, world!", "hello world")]
    [InlineData("I'm sure we can't.", "I am sure we cannot")]
    [InlineData("a table at 7:30", "a table at seven thirty")]
    [InlineData("call 555-1234", "call five five five one two three four")]
    [InlineData("twenty-one people", "21 people")]
    [InlineData("at 7 p.m.", "at seven pm")]
    [InlineData("at 7pm", "at seven PM")]
    [InlineData("at eight p m", "at 8 p.m.")]
    [InlineData("it costs $25", "it costs twenty five dollars")]
    [InlineData("two hundred and five", "205")]
    [InlineData("1,200 guests", "1200 guests")]
    [InlineData("at 8:00", "at eight")]
    [InlineData("OK, goodbye", "okay good-bye")]
    [InlineData("the café", "the cafe")]
    [InlineData("you’re right", "you are right")]
    public void Ways_to_write_the_same_words_are_no_errors(string reference, string hypothesis) =>
        WordErrorRate.Compute(reference, hypothesis).ShouldBe(0);

    [Theory]
    [InlineData("one two three four", "one two three", 0.25)]
    [InlineData("a b c d", "a x c d", 0.25)]
    [InlineData("a b c d", "a b b c d", 0.25)]
    [InlineData("a b", "", 1)]
    [InlineData("a", "a b c", 2)]
    [InlineData("", "", 0)]
    [InlineData("", "made up", 2)]
    [InlineData("seven thirty", "seven forty", 1 / 3.0)]
    public void Errors_are_counted_over_the_reference(string reference, string hypothesis, double expected) =>
        WordErrorRate.Compute(reference, hypothesis).ShouldBe(expected, 1e-9);

    [Fact]
    public void Counts_can_be_summed_over_a_corpus() =>
        WordErrorRate.Count("yes please", "yes freeze").ShouldBe((1, 2));
}
