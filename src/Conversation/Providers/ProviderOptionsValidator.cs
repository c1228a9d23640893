using System.Globalization;
using Microsoft.Extensions.Options;

namespace Parley.Conversation.Providers;

/// <summary>Checks <see cref="ProviderOptions"/> at start and reports every error at once.</summary>
internal sealed class ProviderOptionsValidator(ProviderRegistrations registrations) : IValidateOptions<ProviderOptions>
{
    public ValidateOptionsResult Validate(string? name, ProviderOptions options)
    {
        var errors = new List<string>();
        CheckOrder(Capability.Recognise);
        CheckOrder(Capability.Think);
        CheckOrder(Capability.Speak);

        var deadlines = options.Deadlines;
        Check(deadlines.ConnectMs, 100, 60_000, "Deadlines:ConnectMs");
        foreach (var capability in Enum.GetValues<Capability>())
        {
            Check(deadlines.Of(capability).FirstOutputMs, 50, 30_000, $"Deadlines:{capability}:FirstOutputMs");
            Check(deadlines.Of(capability).IdleMs, 50, 30_000, $"Deadlines:{capability}:IdleMs");
        }

        Check(options.Breaker.MinimumRequests, 2, 10_000, "Breaker:MinimumRequests");
        Check(options.Breaker.WindowSeconds, 1, 3600, "Breaker:WindowSeconds");
        Check(options.Breaker.BreakSeconds, 1, 3600, "Breaker:BreakSeconds");
        Check(options.Breaker.RefusalSeconds, 1, 86_400, "Breaker:RefusalSeconds");
        Check(options.PrewarmsAtOnce, 0, 1000, nameof(options.PrewarmsAtOnce));
        CheckShare(options.Breaker.FailureShare, "Breaker:FailureShare");
        CheckShare(options.Hedging.Budget, "Hedging:Budget");
        CheckPrices();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckOrder(Capability capability)
        {
            var known = ProviderNames.For(capability);
            var registered = registrations.For(capability);
            foreach (var (place, wanted) in (options.OrderOf(capability) ?? []).Index())
            {
                if (capability == Capability.Think && registrations.SpeechToSpeech.Contains(wanted))
                {
                    if (place > 0)
                        errors.Add($"{ProviderOptions.Section}:{capability} names {wanted} behind others: it carries a call from its beginning, so it must be the first.");
                    continue;
                }

                if (registered.Contains(wanted) || wanted == ProviderNames.Rules && capability == Capability.Think)
                    continue;
                errors.Add(known.Contains(wanted)
                    ? $"{ProviderOptions.Section}:{capability} names {wanted}, but its key is missing: set {ProviderOptions.Section}:{ProviderNames.SectionOf(wanted)}:ApiKey."
                    : $"{ProviderOptions.Section}:{capability} names '{wanted}', which is not known there; known are {string.Join(", ", known)}.");
            }
        }

        void Check(int value, int least, int most, string option)
        {
            if (value < least || value > most)
                errors.Add($"{ProviderOptions.Section}:{option} must be between {least:N0} and {most:N0}, not {value:N0}.");
        }

        void CheckShare(double value, string option)
        {
            if (value is not (> 0 and <= 1))
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{ProviderOptions.Section}:{option} must be above 0 and at most 1, not {value}."));
        }

        void CheckPrices()
        {
            if (options.Currency.Length != 3 || !options.Currency.All(char.IsAsciiLetterUpper))
                errors.Add($"{ProviderOptions.Section}:Currency must be three capital letters, such as USD, not '{options.Currency}'.");
            var seen = new HashSet<(string, string, UsageUnit)>();
            for (var i = 0; i < options.Prices.Count; i++)
            {
                var price = options.Prices[i];
                if (!ProviderNames.All.Contains(price.Provider))
                    errors.Add($"{ProviderOptions.Section}:Prices:{i}:Provider is '{price.Provider}', which is not known; known are {string.Join(", ", ProviderNames.All)}.");
                if (price.Price < 0 || price.Per < 1)
                    errors.Add($"{ProviderOptions.Section}:Prices:{i}: Price must not be negative, and Per must be at least 1.");
                if (!seen.Add((price.Provider, price.Model, price.Unit)))
                    errors.Add($"{ProviderOptions.Section}:Prices:{i}: {price.Provider} {price.Model} {price.Unit} has a price already.");
            }
        }
    }
}
