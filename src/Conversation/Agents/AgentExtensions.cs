using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;

namespace Parley.Conversation.Agents;

/// <summary>Registers the agents.</summary>
internal static class AgentExtensions
{
    /// <summary>Section with the installation's order of agents: names of language models, and <c>rules</c>. Without it, the rules.</summary>
    public const string OrderSection = "Providers:Think";

    /// <summary>Adds the agent that tenants' choices are made through.</summary>
    public static IServiceCollection AddAgents(this IServiceCollection services, IConfiguration configuration)
    {
        string[] order = [.. configuration.GetSection(OrderSection).GetChildren().Select(static one => one.Value).OfType<string>()];
        services.AddSingleton(static s => new RuleAgent(Knowledge(s)));
        services.AddSingleton<ICallAgent>(s =>
        {
            var rules = s.GetRequiredService<RuleAgent>();
            return new EscalatingAgent(new AgentRouter(
                rules,
                name => s.GetKeyedService<ILanguageModel>(name.ToLowerInvariant()) is not null
                    ? new LlmAgent(s.GetRequiredService<FallbackLanguageModel>(), rules, s.GetRequiredService<ILogger<LlmAgent>>(), Knowledge(s))
                    : null,
                order));
        });
        return services;
    }

    // Without a store there is nothing to be known.
    private static IKnowledge? Knowledge(IServiceProvider services) =>
        services.GetService<IKnowledgeStore>() is null ? null : services.GetService<IKnowledge>();
}
