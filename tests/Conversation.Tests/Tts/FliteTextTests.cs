using System.Text;
using Parley.Conversation.Tts.Flite;

namespace Parley.Conversation.Tests.Tts;

public sealed class FliteTextTests
{
    [Theory]
    [InlineData("Plain text.", "Plain text.")]
    [InlineData("Smith\u2019s caf\u00E9", "Smith's cafe")]
    [InlineData("\u201Cyes\u201D \u2014 no\u2026", "\"yes\" ,  no...")]
    [InlineData("9\u20135", "9 to 5")]
    [InlineData("a\tb\nc\0d", "a b c d")]
    [InlineData("\u65E5\u672C \U0001F600 ok", "      ok")]
    [InlineData("e\u0301t\u00E9", "ete")]
    [InlineData("", "")]
    public void Text_becomes_ascii(string text, string expected)
    {
        var bytes = FliteText.From(text).Bytes;
        bytes[^1].ShouldBe((byte)0);
        Encoding.ASCII.GetString(bytes[..^1]).ShouldBe(expected);
    }

    [Fact]
    public void Each_byte_knows_its_character()
    {
        var text = FliteText.From("9\u20135\u00DF!");
        Enumerable.Range(0, text.Bytes.Length - 1).Select(text.EndOf).ShouldBe([1, 2, 2, 2, 2, 3, 4, 4, 5]);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("7", true)]
    [InlineData("... -- !", false)]
    [InlineData("\u65E5\u672C", false)]
    public void Text_without_letters_and_digits_has_no_words(string text, bool expected) => FliteText.From(text).HasWords.ShouldBe(expected);
}
