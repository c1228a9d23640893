using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Faults;

/// <summary>Faults of a server's own providers, to try out what callers would hear; section <c>Faults</c>. Never for production.</summary>
public sealed class FaultOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Faults";

    /// <summary>Faults are meant; without it a server with faults does not start. Default false.</summary>
    public bool Allow { get; set; }

    /// <summary>Faults of the recogniser, see <see cref="FaultPlan.Help"/>.</summary>
    public string? SpeechToText { get; set; }

    /// <summary>Faults of the synthesiser.</summary>
    public string? TextToSpeech { get; set; }

    /// <summary>Faults of the agent.</summary>
    public string? Agent { get; set; }
}

/// <summary>Adds faults to a server's providers.</summary>
internal static class FaultExtensions
{
    /// <summary>Calls are made of faulty providers when the configuration asks for it.</summary>
    public static IServiceCollection AddFaults(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(FaultOptions.Section);
        services.AddOptions<FaultOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FaultOptions>, FaultOptionsValidator>();
        if (section.Get<FaultOptions>() is { Allow: true } faults)
            services.AddSingleton(provider => Spoil(ActivatorUtilities.CreateInstance<CallServices>(provider), faults));
        return services;
    }

    private static CallServices Spoil(CallServices services, FaultOptions faults) => services with
    {
        SpeechToText = faults.SpeechToText is { } text
            ? new FaultySpeechToText(services.SpeechToText, FaultPlan.Parse(text), services.Clock) : services.SpeechToText,
        TextToSpeech = faults.TextToSpeech is { } speech
            ? new FaultyTextToSpeech(services.TextToSpeech, FaultPlan.Parse(speech), services.Clock) : services.TextToSpeech,
        Agent = faults.Agent is { } agent ? new FaultyCallAgent(services.Agent, FaultPlan.Parse(agent), services.Clock) : services.Agent,
    };
}

/// <summary>Checks <see cref="FaultOptions"/> at start and reports every error at once.</summary>
internal sealed class FaultOptionsValidator : IValidateOptions<FaultOptions>
{
    public ValidateOptionsResult Validate(string? name, FaultOptions options)
    {
        var errors = new List<string>();
        Check(options.SpeechToText, nameof(options.SpeechToText));
        Check(options.TextToSpeech, nameof(options.TextToSpeech));
        Check(options.Agent, nameof(options.Agent));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string? text, string option)
        {
            if (text is null)
                return;
            if (!options.Allow)
                errors.Add($"{FaultOptions.Section}:{option} is set, but {FaultOptions.Section}:Allow is not: faults are refused unless they are meant.");
            try
            {
                FaultPlan.Parse(text);
            }
            catch (FormatException e)
            {
                errors.Add($"{FaultOptions.Section}:{option}: {e.Message}");
            }
        }
    }
}
