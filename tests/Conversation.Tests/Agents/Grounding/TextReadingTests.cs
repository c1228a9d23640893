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
}
