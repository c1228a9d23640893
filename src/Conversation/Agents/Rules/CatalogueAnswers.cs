using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Tells from a shop's catalogue whether something is there, in which size and colour, and for how much: only what a row says.</summary>
internal static class CatalogueAnswers
{
    /// <summary>The tool that looks it up.</summary>
    public const string Tool = "look_up_catalogue";

    /// <summary>What it is given.</summary>
    public static JsonObject Arguments(string? product) => new() { ["product"] = product };

    // More is not remembered from hearing.
    private const int MostVariants = 3;

    /// <summary>Answers a question about goods; has it looked up first. False when it is none, or nothing of that kind is in the catalogue.</summary>
    public static bool Answer(Turn turn, Reading reading)
    {
        if (!Asks(turn, reading))
            return false;
        turn.Product = Wanted(reading.Said);
        if (turn.Wares is not { } found)
            return false;

        List<JsonObject> items = [.. (found.Data?["items"] as JsonArray ?? []).OfType<JsonObject>()];
        if (found.Failed || items.Count == 0)
            return false;
        turn.Wish(CallIntent.Question);
        turn.Topic(Text(items[0], "product"));
        turn.Say(Words(turn.Phrases, items, AsksPrice(reading.Said)));
        if (reading.Is(Intents.Goodbye))
            Courtesies.Farewell(turn, reading);
        else
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
        return true;
    }

    private static bool Asks(Turn turn, Reading reading) =>
        turn.Request.Tools?.Has(Tool) == true && turn.State.Task == RuleTask.None && reading.Facts.Count == 0
        && !reading.Is(Intents.Person | Intents.Message | Intents.Booking)
        && (AsksPrice(reading.Said) || reading.Said.HasAny("do you have", "do you sell", "do you carry", "do you stock", "have you got", "you got any", "got any", "in stock",
            "any left", "are there any", "is there a", "are there", "available", "looking for", "sold out", "what sizes", "which sizes", "what colors", "which colors",
            "in a size", "in size"));

    private static bool AsksPrice(Utterance said) => said.HasAny("how much", "price", "cost", "costs", "what do", "charge");

    // Names stand in the catalogue as they are said; numbers and sizes it reads in English.
    private static string Wanted(Utterance said) => !said.Tokens.Any(static token => token.IsRead) ? said.Raw
        : string.Join(' ', said.Tokens.Select(static token => token.IsRead && (token.Word is "size" or "half" or "and" or "a" || NumberWords.IsNumberWord(token.Word)) ? token.Word : token.Raw)
            .Where(static word => word.Length > 0));

    private static string Words(Phrases phrases, List<JsonObject> items, bool price)
    {
        // The best fit first; the rest of another product is another question.
        var product = Text(items[0], "product");
        List<JsonObject> of = [.. items.Where(i => Text(i, "product") == product)];
        List<JsonObject> exact = [.. of.Where(static i => i["exact"]?.GetValue<bool>() == true)];
        if (exact.Count == 0)
        {
            var near = of.Find(static i => !IsSoldOut(i));
            return Join(phrases.GoodsOther(product), near is null ? "" : Join(phrases.GoodsInstead(Kind(phrases, near), Price(phrases, near)), Left(phrases, near)));
        }

        List<JsonObject> there = [.. exact.Where(static i => !IsSoldOut(i))];
        if (there.Count == 0)
            return phrases.GoodsSoldOut(product, exact.Count == 1 ? Kind(phrases, exact[0]) : "");
        if (there.Count > 1)
            return Several(phrases, product, there, price);
        var one = there[0];
        return Join(price && Price(phrases, one) is { } costs
            ? phrases.GoodsPrice(product, Kind(phrases, one), costs) : phrases.GoodsYes(product, Kind(phrases, one), Price(phrases, one)), Left(phrases, one));
    }

    private static string Several(Phrases phrases, string product, List<JsonObject> there, bool price)
    {
        var kinds = there.Select(static i => Text(i, "variant")).Where(static v => v.Length > 0).Distinct().Take(MostVariants).ToList();
        var which = kinds.Count > 0 ? phrases.GoodsKind(phrases.Spoken.JoinOr(kinds), "") : "";
        List<JsonObject> priced = [.. there.Where(static i => i["price"] is not null).OrderBy(static i => i["price"]!.GetValue<decimal>())];
        if (priced.Count == 0)
            return phrases.GoodsYes(product, which, null);
        var (least, most) = (Price(phrases, priced[0])!, Price(phrases, priced[^1])!);
        return (price, least == most) switch
        {
            (true, true) => phrases.GoodsPrice(product, "", least),
            (true, false) => phrases.GoodsPrices(product, least, most),
            (false, true) => phrases.GoodsYes(product, which, least),
            _ => phrases.GoodsYesPrices(product, which, least, most),
        };
    }

    // "in Bred, size ten and a half"
    private static string Kind(Phrases phrases, JsonObject item) => phrases.GoodsKind(Text(item, "variant"), Text(item, "size") is { Length: > 0 } size ? Size(phrases, size) : "");

    private static string Left(Phrases phrases, JsonObject item) => item["low_stock"]?.GetValue<bool>() == true ? phrases.GoodsLeft(item["stock"]?.GetValue<int>()) : "";

    private static bool IsSoldOut(JsonObject item) => item["stock"]?.GetValue<int>() == 0;

    private static string? Price(Phrases phrases, JsonObject item) =>
        item["price"]?.GetValue<decimal>() is { } price ? phrases.Spoken.Money(price, Text(item, "currency")) : null;

    private static string Size(Phrases phrases, string size)
    {
        if (!decimal.TryParse(size, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 99)
            return size;
        return (number - Math.Truncate(number)) switch { 0m => phrases.GoodsSize((int)number, half: false), 0.5m => phrases.GoodsSize((int)number, half: true), _ => size };
    }

    private static string Text(JsonObject item, string key) => (string?)item[key] ?? "";

    private static string Join(string first, string then) => then.Length == 0 ? first : $"{first} {then}";
}
