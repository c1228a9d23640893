using Microsoft.Extensions.Options;

namespace Parley.Conversation.Providers;

/// <summary>Prices what calls use, exactly.</summary>
public sealed class PriceTable
{
    private readonly Dictionary<(string Provider, string Model, UsageUnit Unit), UnitPrice> prices;

    /// <summary>The table of the configuration.</summary>
    public PriceTable(IOptions<ProviderOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Currency = options.Value.Currency;
        prices = options.Value.Prices.ToDictionary(p => (p.Provider, p.Model, p.Unit));
    }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; }

    /// <summary>
    /// The price of a call; null when something has no price, since a sum without it would be wrong. What the embedded parts do is free, and so
    /// are requests that have no price of their own: nearly everybody charges for what is in them.
    /// </summary>
    public decimal? CostOf(IEnumerable<ProviderUsage> usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        var sum = 0m;
        foreach (var line in usage)
        {
            if (Find(line) is { } price)
                sum += line.Amount * price.Price / price.Per;
            else if (line.Unit != UsageUnit.Requests && line.Provider is not (ProviderNames.Embedded or ProviderNames.Rules))
                return null;
        }

        return sum;
    }

    private UnitPrice? Find(in ProviderUsage line) =>
        prices.GetValueOrDefault((line.Provider, line.Model, line.Unit)) ?? prices.GetValueOrDefault((line.Provider, "", line.Unit));
}
