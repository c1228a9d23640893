using System.Globalization;
using Parley.Conversation.Agents.Grounding;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>What is written and what is spoken is the same.</summary>
public sealed class TextReadingTests
{
    [Theory]
    [InlineData("$14", "14 USD")]
    [InlineData("14 dollars", "14 USD")]
    [InlineData("fourteen dollars", "14 USD")]
    [InlineData("$14.50", "14.5 USD")]
    [InlineData("fourteen dollars and fifty cents", "14.5 USD")]
    [InlineData("fourteen dollars fifty", "14.5 USD")]
    [InlineData("14,50 €", "14.5 EUR")]
    [InlineData("1,200 dollars", "1200 USD")]
    [InlineData("one thousand two hundred and fifty dollars", "1250 USD")]
    [InlineData("catorce euros", "14 EUR")]
    [InlineData("treinta y cinco euros", "35 EUR")]
    [InlineData("doscientos pesos", "200 MXN")]
    [InlineData("тридцать пять рублей", "35 RUB")]
    [InlineData("сто двадцать шекелей", "120 ILS")]
    [InlineData("35 ₪", "35 ILS")]
    [InlineData("שלושים וחמישה שקלים", "35 ILS")]
    [InlineData("fourteen to twenty dollars", "14 USD, 20 USD")]
    [InlineData("it costs fourteen fifty", "14.5")]
    public void Prices(string text, string prices) =>
        string.Join(", ", TextReading.Of(text).Prices.Select(static p => TextReading.Write(p.Amount, p.Currency))).ShouldBe(prices);

    [Theory]
    [InlineData("at seven thirty pm", "19:30")]
    [InlineData("at 7:30 PM", "19:30")]
    [InlineData("at 19:30", "19:30")]
    [InlineData("half past seven in the evening", "19:30")]
    [InlineData("at seven", "07:00?")]
    [InlineData("quarter to eight", "07:45?")]
    [InlineData("at seven oh five", "07:05?")]
    [InlineData("from nine to five", "09:00?, 05:00?")]
    [InlineData("9am-5pm", "09:00, 17:00")]
    [InlineData("noon until midnight", "12:00, 00:00")]
    [InlineData("a las siete y media de la tarde", "19:30")]
    [InlineData("a las ocho menos cuarto", "07:45?")]
    [InlineData("de 9 a 17", "09:00?, 17:00")]
    [InlineData("в семь тридцать вечера", "19:30")]
    [InlineData("половина восьмого вечера", "19:30")]
    [InlineData("с 9 до 18", "09:00?, 18:00")]
    [InlineData("בשעה 19:30", "19:30")]
    [InlineData("בשבע וחצי בערב", "19:30")]
    [InlineData("2026-11-27T19:30", "19:30")]
    [InlineData("for seven people", "")]
    [InlineData("at seven tables", "")]
    [InlineData("between two and four people", "")]
    [InlineData("at once", "")]
    public void Times(string text, string times) => string.Join(", ", TextReading.Of(text).Times
        .Select(static t => string.Create(CultureInfo.InvariantCulture, $"{t.Hour:00}:{t.Minute:00}{(t.IsCertain ? "" : "?")}"))).ShouldBe(times);

    [Theory]
    [InlineData("+1 (212) 555-0101", "12125550101")]
    [InlineData("212-555-0101", "2125550101")]
    [InlineData("two one two, five five five, oh one oh one", "2125550101")]
    [InlineData("two one two double five five zero one zero one", "2125550101")]
    [InlineData("dos uno dos cinco cinco cinco cero uno cero uno", "2125550101")]
    [InlineData("9, 12, 14 and 16 dollars", "")]
    [InlineData("on 2026-11-27 at 19:30", "")]
    public void Telephone_numbers(string text, string digits) => string.Join(", ", TextReading.Of(text).Phones).ShouldBe(digits);

    [Theory]
    [InlineData("for fifteen minutes", "15")]
    [InlineData("half an hour", "30")]
    [InlineData("a quarter of an hour", "15")]
    [InlineData("an hour and a half", "")]
    [InlineData("about an hour and a half", "90")]
    [InlineData("one hour and forty five minutes", "105")]
    [InlineData("two and a half hours", "150")]
    [InlineData("three to five working days", "4320, 7200")]
    [InlineData("six or twelve months", "259200, 518400")]
    [InlineData("after a year", "518400")]
    [InlineData("a thirty-day guarantee", "43200")]
    [InlineData("with a day's notice", "")]
    [InlineData("with two days' notice", "2880")]
    [InlineData("within thirty days, and exchanged within sixty", "43200, 86400")]
    [InlineData("forty dollars a night, seven days a week", "")]
    [InlineData("just one minute, please", "")]
    [InlineData("veinticuatro horas", "1440")]
    [InlineData("полчаса", "30")]
    [InlineData("в семь часов", "")]
    [InlineData("за три дня", "4320")]
    [InlineData("חצי שעה", "30")]
    public void Lengths(string text, string minutes) =>
        string.Join(", ", TextReading.Of(text).Lengths.Select(static l => l.Minutes.ToString("0.##", CultureInfo.InvariantCulture))).ShouldBe(minutes);
}
