using System.Text.RegularExpressions;
using Parley.Conversation.Agents.Rules;

namespace Parley.Conversation.Tests.Agents.Languages;

public sealed partial class LanguageFileTests
{
    public static TheoryData<string> Others => [.. LanguageFile.Tags.Where(static tag => tag != "en")];

    [Theory]
    [MemberData(nameof(Others))]
    public void Everything_that_is_said_in_English_is_said_in_each_language_with_the_same_values(string tag)
    {
        var (english, other) = (LanguageFile.Of("en")!.Said, LanguageFile.Of(tag)!.Said);

        foreach (var (key, texts) in english)
        {
            other.ShouldContainKey(key);
            other[key].ShouldAllBe(static text => text.Length > 0);
            string[] places = [.. texts.SelectMany(Places).Distinct()];
            foreach (var text in other[key])
                Places(text).ShouldBeSubsetOf(places, $"{key}: {text}");
            // "Una noche" has its number in the word, but there is a form that has it as a number.
            other[key].SelectMany(Places).Distinct().ShouldBe(places, ignoreOrder: true, key);
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Words_that_go_with_a_number_have_a_form_for_each_kind_of_number_or_one_for_all(string tag)
    {
        var file = LanguageFile.Of(tag)!;
        var forms = Enumerable.Range(0, 200).Select(SpokenTime.Of(tag).Plural).Max() + 1;

        foreach (var key in (string[])["ForNights", "NoticeDays", "NoticeHours", "NoticeMinutes", "TooFar", "TableTooLarge", "RoomTooLarge", "GoodsLeft"])
            file.Said[key].Length.ShouldBeOneOf([1, forms], key);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void No_phrase_of_callers_means_two_things(string tag)
    {
        var file = LanguageFile.Of(tag)!;

        var twice = file.Heard.Concat(file.Numbers).Where(static line => line.Item1 is not ("joined by" or "prefixes")).SelectMany(static line => line.Item2.Select(phrase => (Phrase: phrase, English: line.Item1))).Distinct()
            .GroupBy(static one => one.Phrase).Where(static group => group.Count() > 1);

        twice.Select(static group => $"{group.Key}: {string.Join(" / ", group.Select(static one => one.English))}").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Nothing_that_is_said_in_words_was_left_in_English(string tag)
    {
        var (english, other) = (LanguageFile.Of("en")!.Said, LanguageFile.Of(tag)!.Said);

        foreach (var (key, texts) in english.Where(static line => line.Value[0].Any(char.IsAsciiLetterLower) && !line.Key.StartsWith("Text", StringComparison.Ordinal)))
            other[key].ShouldNotContain(text => texts.Contains(text) && Place().Replace(text, "").Any(char.IsLetter), key);
    }

    [Fact]
    public void A_language_without_a_file_is_answered_in_English()
    {
        LanguageFile.Of("fr-FR").ShouldBeNull();
        Phrases.Of("fr-FR").HowToGoOn.ShouldBe("How can I help you?");
        Phrases.Of("ES-mx").HowToGoOn.ShouldBe("¿En qué puedo ayudarle?");
    }

    private static string[] Places(string text) => [.. Place().Matches(text).Select(static match => match.Groups[1].Value).Distinct()];

    [GeneratedRegex(@"\{(\d)(?::\w)?\}")]
    private static partial Regex Place();
}
