using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents.Llm;
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
        if (turn.Wares is not { } found)
        {
            turn.Product = reading.Said.Raw;
            return false;
        }

        List<JsonObject> items = [.. (found.Data?["items"] as JsonArray ?? []).OfType<JsonObject>()];
        if (found.Failed || items.Count == 0)
            return false;
        turn.Wish(CallIntent.Question);
        turn.Topic(Text(items[0], "product"));
        turn.Say(Words(items, AsksPrice(reading.Said), turn.HomeNumber));
        if (reading.Is(Intents.Goodbye))
            Courtesies.Farewell(turn, reading);
        else
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
        return true;
    }

    // What the catalogue says is put into English only.
    private static bool Asks(Turn turn, Reading reading) =>
        turn.IsEnglish && turn.Request.Tools?.Has(Tool) == true && turn.State.Task == RuleTask.None && reading.Facts.Count == 0
        && !reading.Is(Intents.Person | Intents.Message | Intents.Booking)
        && (AsksPrice(reading.Said) || reading.Said.HasAny("do you have", "do you sell", "do you carry", "do you stock", "have you got", "you got any", "got any", "in stock",
            "any left", "are there any", "is there a", "are there", "available", "looking for", "sold out", "what sizes", "which sizes", "what colors", "which colors",
            "in a size", "in size"));

    private static bool AsksPrice(Utterance said) => said.HasAny("how much", "price", "cost", "costs", "what do", "charge");

    private static string Words(List<JsonObject> items, bool price, string homeNumber)
    {
        // The best fit first; the rest of another product is another question.
        var product = Text(items[0], "product");
        List<JsonObject> of = [.. items.Where(i => Text(i, "product") == product)];
        List<JsonObject> exact = [.. of.Where(static i => i["exact"]?.GetValue<bool>() == true)];
        if (exact.Count == 0)
        {
            var near = of.Find(static i => !IsSoldOut(i));
            return $"I'm sorry, we don't have the {product} in that size or color." + (near is null ? "" : $" We have it {Kind(near)}{For(near, homeNumber)}.{Left(near)}");
        }

        List<JsonObject> there = [.. exact.Where(static i => !IsSoldOut(i))];
        if (there.Count == 0)
            return Blanks($"I'm sorry, the {product} {(exact.Count == 1 ? Kind(exact[0]) : "")} is sold out.");
        if (there.Count == 1)
        {
            var one = there[0];
            return price && Price(one, homeNumber) is { } costs
                ? Blanks($"The {product} {Kind(one)} is {costs}.{Left(one)}")
                : Blanks($"Yes, we have the {product} {Kind(one)}{For(one, homeNumber)}.{Left(one)}");
        }

        return Several(product, there, price, homeNumber);
    }

    private static string Several(string product, List<JsonObject> there, bool price, string homeNumber)
    {
        var kinds = there.Select(static i => Text(i, "variant")).Where(static v => v.Length > 0).Distinct().Take(MostVariants).ToList();
        var prices = there.Select(static i => i["price"]?.GetValue<decimal>()).Where(static p => p is not null).Distinct().Order().ToList();
        var costs = prices.Count switch
        {
            0 => "",
            1 => Price(there[0], homeNumber),
            _ => $"from {Price(there.MinBy(static i => i["price"]?.GetValue<decimal>())!, homeNumber)} to {Price(there.MaxBy(static i => i["price"]?.GetValue<decimal>())!, homeNumber)}",
        };
        if (price && costs is { Length: > 0 })
            return prices.Count == 1 ? $"The {product} is {costs}." : $"The {product} is {costs}, depending on the model.";
        var which = kinds.Count > 0 ? $" in {SpokenTime.English.JoinOr(kinds)}" : "";
        return $"Yes, we have the {product}{which}{(costs is { Length: > 0 } ? prices.Count == 1 ? $", for {costs}" : $", {costs}" : "")}.";
    }

    // "in Bred, size ten and a half"
    private static string Kind(JsonObject item)
    {
        var (variant, size) = (Text(item, "variant"), Text(item, "size"));
        var inSize = size.Length == 0 ? "" : $"size {Size(size)}";
        return variant.Length == 0 ? inSize.Length == 0 ? "" : $"in {inSize}" : inSize.Length == 0 ? $"in {variant}" : $"in {variant}, {inSize}";
    }

    private static string For(JsonObject item, string homeNumber) => Price(item, homeNumber) is { } price ? $", for {price}" : "";

    private static string Left(JsonObject item)
    {
        if (item["low_stock"]?.GetValue<bool>() != true)
            return "";
        return item["stock"]?.GetValue<int>() switch
        {
            null => " There are only a few left.",
            1 => " There is only one left.",
            { } few => $" There are only {SpokenTime.English.Number(few)} left.",
        };
    }

    private static bool IsSoldOut(JsonObject item) => item["stock"]?.GetValue<int>() == 0;

    private static string? Price(JsonObject item, string homeNumber)
    {
        if (item["price"]?.GetValue<decimal>() is not { } price)
            return null;
        var amount = price.ToString(price == Math.Truncate(price) ? "0" : "0.00", CultureInfo.InvariantCulture);
        var sign = Text(item, "currency") switch { "USD" or "" => "$", "EUR" => "€", "GBP" => "£", "ILS" => "₪", "RUB" => "₽", _ => "" };
        return sign.Length > 0 ? SpokenForm.Of(sign + amount, "en", homeNumber) : $"{amount} {Text(item, "currency")}";
    }

    private static string Size(string size)
    {
        if (!decimal.TryParse(size, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 99)
            return size;
        var whole = SpokenTime.English.Number((int)number);
        return (number - Math.Truncate(number)) switch { 0m => whole, 0.5m => $"{whole} and a half", _ => size };
    }

    private static string Text(JsonObject item, string key) => (string?)item[key] ?? "";

    private static string Blanks(string text) => text.Replace("  ", " ", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal);
}
