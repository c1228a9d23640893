using Microsoft.Extensions.DependencyInjection;
using Parley.Conversation.Llm;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Providers;

/// <summary>Which providers were registered, and so are configured, without making them.</summary>
internal sealed class ProviderRegistrations(IServiceCollection services)
{
    /// <summary>The names registered for a capability.</summary>
    public IReadOnlySet<string> For(Capability capability)
    {
        var wanted = capability switch
        {
            Capability.Recognise => typeof(ISpeechToText),
            Capability.Think => typeof(ILanguageModel),
            _ => typeof(ITextToSpeech),
        };
        return Named(wanted);
    }

    /// <summary>The names of models that hear and speak themselves.</summary>
    public IReadOnlySet<string> SpeechToSpeech => Named(typeof(ISpeechToSpeech));

    /// <summary>The installation's order: as configured, or those there are in the usual order; the embedded recogniser and voice last.</summary>
    public IReadOnlyList<string> Order(Capability capability, ProviderOptions options)
    {
        var registered = For(capability);
        IEnumerable<string> order = options.OrderOf(capability)
            ?? [.. ProviderNames.For(capability), .. registered.Except(ProviderNames.For(capability)).Order(StringComparer.Ordinal)];
        return Complete(capability, order.Where(n => registered.Contains(n) || n == ProviderNames.Rules));
    }

    /// <summary>An order that ends where it must: what stands behind the embedded part would never be asked.</summary>
    public static IReadOnlyList<string> Complete(Capability capability, IEnumerable<string> names)
    {
        var last = capability == Capability.Think ? ProviderNames.Rules : ProviderNames.Embedded;
        var before = names.Distinct(StringComparer.Ordinal).TakeWhile(n => n != last);
        return capability == Capability.Think ? [.. before] : [.. before, last];
    }

    private HashSet<string> Named(Type type) =>
        services.Where(s => s.IsKeyedService && s.ServiceType == type).Select(s => s.ServiceKey).OfType<string>().ToHashSet(StringComparer.Ordinal);
}
