using System.Globalization;
using NodaTime;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Tests.Agents;

public sealed class DateTimeParserTests
{
    /// <summary>A Wednesday.</summary>
    private static readonly LocalDateTime Now = new(2026, 11, 18, 10, 0);

    [Theory]
    [InlineData("today", "2026-11-18")]
    [InlineData("tomorrow", "2026-11-19")]
    [InlineData("to-morrow", "2026-11-19")]
    [InlineData("the day after To-morrow", "2026-11-20")]
    [InlineData("the day after tomorrow", "2026-11-20")]
    [InlineData("tonight", "2026-11-18")]
    [InlineData("on Friday", "2026-11-20")]
    [InlineData("this Friday", "2026-11-20")]
    [InlineData("this coming Friday", "2026-11-20")]
    [InlineData("next Friday", "2026-11-27")]
    [InlineData("Friday week", "2026-11-27")]
    [InlineData("a week from Friday", "2026-11-27")]
    [InlineData("two weeks from today", "2026-12-02")]
    [InlineData("in a week", "2026-11-25")]
    [InlineData("in two weeks", "2026-12-02")]
    [InlineData("in three days", "2026-11-21")]
    [InlineData("in a fortnight", "2026-12-02")]
    [InlineData("Monday", "2026-11-23")]
    [InlineData("next Monday", "2026-11-23")]
    [InlineData("next week on Tuesday", "2026-11-24")]
    [InlineData("Tuesday next week", "2026-11-24")]
    [InlineData("on Wednesday", "2026-11-25")]
    [InlineData("this Wednesday", "2026-11-18")]
    [InlineData("next Wednesday", "2026-11-25")]
    [InlineData("Saturdays", "2026-11-21")]
    [InlineData("thurs", "2026-11-19")]
    [InlineData("the 24th", "2026-11-24")]
    [InlineData("on the twenty fourth", "2026-11-24")]
    [InlineData("the 3rd", "2026-12-03")]
    [InlineData("the thirty first", "2026-12-31")]
    [InlineData("November 24th", "2026-11-24")]
    [InlineData("November twenty fourth", "2026-11-24")]
    [InlineData("24 November", "2026-11-24")]
    [InlineData("the 24th of November", "2026-11-24")]
    [InlineData("November 24, 2026", "2026-11-24")]
    [InlineData("December the 1st", "2026-12-01")]
    [InlineData("January fifth", "2027-01-05")]
    [InlineData("11/24", "2026-11-24")]
    [InlineData("Friday the 27th", "2026-11-27")]
    [InlineData("Friday, November 27th", "2026-11-27")]
    [InlineData("not Friday, Saturday", "2026-11-21")]
    [InlineData("Saturday instead of Friday", "2026-11-21")]
    [InlineData("Friday, no sorry, Saturday", "2026-11-21")]
    [InlineData("February 29th", null)]
    [InlineData("November thirty first", null)]
    [InlineData("may I book a table", null)]
    [InlineData("for the second time", null)]
    [InlineData("good morning", null)]
    [InlineData("four people", null)]
    [InlineData("next week", null)]
    public void Days_are_found(string text, string? expected) => Parse(text).Day
        .ShouldBe(expected is null ? null : LocalDate.FromDateTime(DateTime.Parse(expected, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("at seven", "7:00?")]
    [InlineData("at seven thirty", "7:30?")]
    [InlineData("seven thirty", "7:30?")]
    [InlineData("half past seven", "7:30?")]
    [InlineData("half seven", "7:30?")]
    [InlineData("quarter to eight", "7:45?")]
    [InlineData("a quarter past eight", "8:15?")]
    [InlineData("quarter to one", "12:45?")]
    [InlineData("ten to eight", "7:50?")]
    [InlineData("twenty past six pm", "18:20")]
    [InlineData("7:30pm", "19:30")]
    [InlineData("7:30 PM", "19:30")]
    [InlineData("7.30 p.m.", "19:30")]
    [InlineData("7 p.m.", "19:00")]
    [InlineData("7 P. M.", "19:00")]
    [InlineData("eight p m", "20:00")]
    [InlineData("eight a m", "8:00")]
    [InlineData("9am", "9:00")]
    [InlineData("12 pm", "12:00")]
    [InlineData("12 am", "0:00")]
    [InlineData("19:30", "19:30")]
    [InlineData("nineteen thirty", "19:30")]
    [InlineData("noon", "12:00")]
    [InlineData("midday", "12:00")]
    [InlineData("midnight", "0:00")]
    [InlineData("half past noon", "12:30")]
    [InlineData("eight o'clock", "8:00?")]
    [InlineData("eight o’clock in the evening", "20:00")]
    [InlineData("seven in the evening", "19:00")]
    [InlineData("seven thirty in the evening", "19:30")]
    [InlineData("at seven, thirty in the evening", "19:30")]
    [InlineData("tomorrow at seven, thirty.", "7:30?")]
    [InlineData("seven, thirty p.m.", "19:30")]
    [InlineData("at seven, ten people", "7:00?")]
    [InlineData("at seven, ten adults", "7:00?")]
    [InlineData("at seven. Thirty people", "7:00?")]
    [InlineData("at 8 p. M..", "20:00")]
    [InlineData("at eight p. M.", "20:00")]
    [InlineData("8 P.M..", "20:00")]
    [InlineData("to-night at 8", "20:00")]
    [InlineData("tonight at 8", "20:00")]
    [InlineData("this evening at seven", "19:00")]
    [InlineData("tomorrow morning at nine", "9:00")]
    [InlineData("two in the afternoon", "14:00")]
    [InlineData("twelve at night", "0:00")]
    [InlineData("ten at night", "22:00")]
    [InlineData("around six", "6:00?")]
    [InlineData("tomorrow at 730", "7:30?")]
    [InlineData("at 1930", "19:30")]
    [InlineData("tomorrow at 7 30", "7:30?")]
    [InlineData("730", "7:30?")]
    [InlineData("seven oh five", "7:05?")]
    [InlineData("seven fifteen", "7:15?")]
    [InlineData("at ate", "8:00?")]
    [InlineData("for seven thirty", "7:30?")]
    [InlineData("not at seven, at eight", "8:00?")]
    [InlineData("at seven, no, eight o'clock", "8:00?")]
    [InlineData("move it from seven to eight", "8:00?")]
    [InlineData("between seven and eight", "7:00?")]
    [InlineData("at seven or seven thirty", "7:00?")]
    [InlineData("in an hour", "11:00")]
    [InlineData("in half an hour", "10:30")]
    [InlineData("in twenty minutes", "10:20")]
    [InlineData("November 24 at 7", "7:00?")]
    [InlineData("uh, at, um, seven", "7:00?")]
    [InlineData("a table for four", null)]
    [InlineData("I am one of three", null)]
    [InlineData("a table for ten of us", null)]
    [InlineData("25:00", null)]
    [InlineData("7:75", null)]
    [InlineData("at twenty nine", null)]
    [InlineData("my number is 555 010 0123", null)]
    [InlineData("good evening", null)]
    public void Times_are_found(string text, string? expected) => Show(Parse(text).Time).ShouldBe(expected);

    [Theory]
    [InlineData("seven", "7:00?")]
    [InlineData("Seven.", "7:00?")]
    [InlineData("7", "7:00?")]
    [InlineData("make it eight", "8:00?")]
    public void A_number_alone_is_an_hour_when_a_time_was_asked_for(string text, string expected)
    {
        Show(Parse(text, bare: true).Time).ShouldBe(expected);
        Parse(text).Time.ShouldBeNull();
    }

    [Theory]
    [InlineData("tomorrow evening", DayPart.Evening)]
    [InlineData("in the morning", DayPart.Morning)]
    [InlineData("on Friday afternoon", DayPart.Afternoon)]
    [InlineData("good afternoon", DayPart.None)]
    public void Parts_of_the_day_are_found(string text, DayPart expected) => Parse(text).Part.ShouldBe(expected);

    [Theory]
    [InlineData("at the weekend", "Weekend")]
    [InlineData("some time next week", "NextWeek")]
    [InlineData("for lunch", "Lunch")]
    [InlineData("dinner tomorrow", "Dinner")]
    [InlineData("lunch at one", "None")]
    public void Vague_times_are_noticed(string text, string expected) => Parse(text).Vague.ToString().ShouldBe(expected);

    [Fact]
    public void A_weekday_that_is_not_the_dates_is_noticed()
    {
        var when = Parse("Friday the 26th");
        when.Day.ShouldBe(new LocalDate(2026, 11, 26));
        when.WrongWeekday.ShouldBe(IsoDayOfWeek.Friday);
    }

    private static SpokenWhen Parse(string text, bool bare = false)
    {
        var said = Utterance.Parse(text);
        return DateTimeParser.Parse(said.Tokens, Now, bare, new bool[said.Count]);
    }

    private static string? Show(ClockTime? time) => time is null ? null : $"{time.Hour}:{time.Minute:00}{(time.Certain ? "" : "?")}";
}
