using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Tests.Agents;

public sealed class NluParserTests
{
    [Theory]
    [InlineData("Um, I'd like, uh, a table.", "i'd like a table")]
    [InlineData("I I'd like to to book", "i'd like to book")]
    [InlineData("a table for for tomorrow", "a table for four tomorrow")]
    [InlineData("a table for for four people", "a table for four people")]
    [InlineData("a table for to", "a table for two")]
    [InlineData("a party of to", "a party of two")]
    [InlineData("At 7.30 P.M.", "at 7:30 pm")]
    [InlineData("8 p m", "8 pm")]
    [InlineData("eight o’clock", "eight oclock")]
    [InlineData("twenty-five", "twenty five")]
    [InlineData("S.M.I.T.H.", "s m i t h")]
    [InlineData("+1 (555) 010-0123", "plus 1 555 010 0123")]
    [InlineData("five five five", "five five five")]
    [InlineData("...", "")]
    public void Text_is_normalised(string text, string expected) => Utterance.Parse(text).Words.ShouldBe(expected);

    [Theory]
    [InlineData("What time do you open and can I book a table?", 2)]
    [InlineData("Hello. I need a table.", 2)]
    [InlineData("bread and butter", 1)]
    [InlineData("at 7 p.m. tomorrow", 1)]
    public void Clauses_are_told_apart(string text, int expected) => Utterance.Parse(text).Clauses().Count.ShouldBe(expected);

    [Theory]
    [InlineData("Yes.", true)]
    [InlineData("Yeah, sure.", true)]
    [InlineData("That's right.", true)]
    [InlineData("That is correct, thank you.", true)]
    [InlineData("Yep", true)]
    [InlineData("Sounds good", true)]
    [InlineData("Okay", true)]
    [InlineData("no problem", true)]
    [InlineData("Yes please", true)]
    [InlineData("Perfect.", true)]
    [InlineData("No, that's right.", true)]
    [InlineData("No.", false)]
    [InlineData("No thanks", false)]
    [InlineData("Nope", false)]
    [InlineData("That's not right.", false)]
    [InlineData("that's wrong", false)]
    [InlineData("not really", false)]
    [InlineData("I don't think so", false)]
    [InlineData("tomorrow", null)]
    [InlineData("Daniel Carter", null)]
    public void Yes_and_no_are_told_apart(string text, bool? expected) => YesNo.Read(Utterance.Parse(text)).ShouldBe(expected);

    [Theory]
    [InlineData("My name is Daniel Carter.", "Daniel Carter")]
    [InlineData("It's James Wilson.", "James Wilson")]
    [InlineData("Sarah Miller.", "Sarah Miller")]
    [InlineData("sarah miller", "Sarah Miller")]
    [InlineData("Sarah", "Sarah")]
    [InlineData("This is Peter Novak", "Peter Novak")]
    [InlineData("Under the name of Jane Doe, please.", "Jane Doe")]
    [InlineData("Yes, it's Anna.", "Anna")]
    [InlineData("Sure, my name's Tom Baker, thanks.", "Tom Baker")]
    [InlineData("Mr. Brown", "Brown")]
    [InlineData("Dr. Emily Stone", "Emily Stone")]
    [InlineData("o'brien", "O'Brien")]
    [InlineData("Ronald McDonald", "Ronald McDonald")]
    [InlineData("S M I T H", "Smith")]
    [InlineData("S-M-I-T-H", "Smith")]
    [InlineData("Smith, S M I T H", "Smith")]
    [InlineData("Peter Nowak, that's N O V A K", "Peter Novak")]
    [InlineData("Um, Lisa, uh, please", "Lisa")]
    [InlineData("Maria de la Cruz", "Maria De La Cruz")]
    [InlineData("Peter Novak. Thank you.", "Peter Novak")]
    [InlineData("Amy Adams speaking", "Amy Adams")]
    [InlineData("You can put it under Jones", "Jones")]
    [InlineData("Yes", null)]
    [InlineData("Sorry, what?", null)]
    [InlineData("What did you say?", null)]
    [InlineData("No, make that five people.", null)]
    [InlineData("I don't want to say", null)]
    [InlineData("tomorrow at seven", null)]
    [InlineData("forget it", null)]
    [InlineData("42", null)]
    [InlineData("thank you", null)]
    public void A_name_is_read_from_the_answer_to_the_question_for_it(string text, string? expected) =>
        NameParser.ReadAnswer(Utterance.Parse(text)).ShouldBe(expected);

    [Theory]
    [InlineData("Hi, this is Daniel Carter, I'd like to book", "Daniel Carter")]
    [InlineData("a table for two, my name is Jane Doe", "Jane Doe")]
    [InlineData("I'm calling about a table", null)]
    [InlineData("I'm Peter", "Peter")]
    [InlineData("this is great", null)]
    [InlineData("a table under the name of Smith", "Smith")]
    [InlineData("a table for two tomorrow", null)]
    public void A_name_is_read_unasked_only_when_it_is_said_to_be_one(string text, string? expected) =>
        NameParser.ReadStated(Utterance.Parse(text)).ShouldBe(expected);

    [Theory]
    [InlineData("not Daniel, David", "David")]
    [InlineData("No, not Daniel, it's David.", "David")]
    [InlineData("It's David, not Daniel", "David")]
    [InlineData("No, it's David Miller.", "David Miller")]
    [InlineData("no, that's wrong", null)]
    public void A_corrected_name_is_the_one_that_is_meant(string text, string? expected) =>
        NameParser.ReadCorrection(Utterance.Parse(text)).ShouldBe(expected);

    [Theory]
    [InlineData("five five five oh one oh oh one two three", "+15550100123")]
    [InlineData("555 010 0123", "+15550100123")]
    [InlineData("It's 555-010-0123.", "+15550100123")]
    [InlineData("(555) 010-0123", "+15550100123")]
    [InlineData("555.010.0123", "+15550100123")]
    [InlineData("triple five, zero one zero, zero one two three", "+15550100123")]
    [InlineData("five double five oh one double oh one two three", "+15550100123")]
    [InlineData("one five five five oh one oh oh one two three", "+15550100123")]
    [InlineData("plus one 555 010 0123", "+15550100123")]
    [InlineData("area code five five five, and then oh one oh, oh one twenty three", "+15550100123")]
    [InlineData("+44 20 7946 0123", "+442079460123")]
    [InlineData("plus four four, two oh seven nine four six, oh one two three", "+442079460123")]
    [InlineData("011 44 20 7946 0123", "+442079460123")]
    [InlineData("five hundred fifty five", null)]
    [InlineData("555 0123", null)]
    [InlineData("155 010 0123", null)]
    [InlineData("no number", null)]
    [InlineData("plus 1 555 0123", null)]
    public void A_spoken_number_becomes_E164(string text, string? expected) =>
        PhoneParser.Read(Utterance.Parse(text).Tokens, "+15550100200", out _, out _, out _).ShouldBe(expected);

    [Theory]
    [InlineData("020 7946 0123", "+442079460123")]
    [InlineData("0044 20 7946 0123", "+442079460123")]
    [InlineData("+1 555 010 0123", "+15550100123")]
    public void A_national_number_is_of_the_tenants_country(string text, string? expected) =>
        PhoneParser.Read(Utterance.Parse(text).Tokens, "+442079460000", out _, out _, out _).ShouldBe(expected);

    [Theory]
    [InlineData("+15550100200", "1")]
    [InlineData("+442079460000", "44")]
    [InlineData("+420123456789", "420")]
    [InlineData("+353123456789", "353")]
    public void Country_codes_are_known(string number, string expected) => PhoneParser.CountryCode(number).ShouldBe(expected);

    [Theory]
    [InlineData("a table for four people", 4)]
    [InlineData("a table for for tomorrow", 4)]
    [InlineData("a table for two", 2)]
    [InlineData("party of six", 6)]
    [InlineData("there are five of us", 5)]
    [InlineData("we're eight", 8)]
    [InlineData("for twenty five people", 25)]
    [InlineData("for 12", 12)]
    [InlineData("a table for a couple", 2)]
    [InlineData("a dozen people", 12)]
    [InlineData("two adults and two kids", 4)]
    [InlineData("just me", 1)]
    [InlineData("me and my wife", 2)]
    [InlineData("not for five, for six", 6)]
    [InlineData("a table for two at seven thirty", 2)]
    [InlineData("a table at seven for three", 3)]
    [InlineData("a table for seven thirty", null)]
    [InlineData("a table for 7 pm", null)]
    [InlineData("for two hours", null)]
    [InlineData("tomorrow", null)]
    public void Party_sizes_are_found(string text, int? expected) => Party(text, false).ShouldBe(expected);

    [Theory]
    [InlineData("Four.", 4)]
    [InlineData("four", 4)]
    [InlineData("10", 10)]
    [InlineData("maybe six", 6)]
    public void A_number_alone_is_the_party_when_it_was_asked_for(string text, int expected)
    {
        Party(text, true).ShouldBe(expected);
        Party(text, false).ShouldBeNull();
    }

    [Theory]
    [InlineData("twenty five", 25, 2)]
    [InlineData("two hundred and twelve", 212, 4)]
    [InlineData("nineteen", 19, 1)]
    [InlineData("730", 730, 1)]
    [InlineData("seven thirty", 7, 1)]
    public void Cardinals_are_read(string text, int value, int length)
    {
        NumberWords.TryRead(Utterance.Parse(text).Tokens, 0, out var read, out var used).ShouldBeTrue();
        (read, used).ShouldBe((value, length));
    }

    [Theory]
    [InlineData("twenty fourth", 24)]
    [InlineData("3rd", 3)]
    [InlineData("thirtieth", 30)]
    public void Ordinals_are_read(string text, int value)
    {
        NumberWords.TryReadOrdinal(Utterance.Parse(text).Tokens, 0, out var read, out _).ShouldBeTrue();
        read.ShouldBe(value);
    }

    [Theory]
    [InlineData("How much is the margarita pizza?", "margherita pizza")]
    [InlineData("and the pepperoni?", "pepperoni pizza")]
    [InlineData("the tiramisus", "tiramisu")]
    [InlineData("pizza", "margherita pizza,pepperoni pizza")]
    [InlineData("a beer", "")]
    public void Services_are_found_through_mishearings(string text, string expected) =>
        string.Join(',', ServiceMatcher.Find(Utterance.Parse(text), SampleTenants.Restaurant.Services).Select(s => s.Name)).ShouldBe(expected);

    [Theory]
    [InlineData("I'd like a hair cut", "haircut")]
    [InlineData("a beard trim please", "beard trim")]
    [InlineData("can you dye my hair", "coloring")]
    public void Services_are_found_by_their_other_names(string text, string expected) =>
        string.Join(',', ServiceMatcher.Find(Utterance.Parse(text), SampleTenants.Salon.Services).Select(s => s.Name)).ShouldBe(expected);

    private static int? Party(string text, bool bare)
    {
        var said = Utterance.Parse(text);
        var used = new bool[said.Count];
        DateTimeParser.Parse(said.Tokens, new NodaTime.LocalDateTime(2026, 11, 18, 10, 0), false, used);
        return PartySizeParser.Read(said.Tokens, used, bare);
    }
}
