using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Llm;

namespace Parley.Conversation.Rag;

/// <summary>Registers the tenants' knowledge.</summary>
public static class KnowledgeExtensions
{
    /// <summary>Adds <see cref="IKnowledge"/> and <see cref="ICatalogue"/>; an <see cref="IKnowledgeStore"/> has to be there.</summary>
    public static IServiceCollection AddKnowledge(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<KnowledgeOptions>().Bind(configuration.GetSection(KnowledgeOptions.Section))
            .Validate(static options => options.MaxTenants is >= 1 and <= 100_000, "Knowledge:MaxTenants is 1 to 100,000.")
            .Validate(static options => options.MaxMegabytes is >= 1 and <= 65_536, "Knowledge:MaxMegabytes is 1 to 65,536.")
            .Validate(static options => options.LoadPatienceMs is >= 1 and <= 10_000, "Knowledge:LoadPatienceMs is 1 to 10,000.")
            .Validate(static options => options.EmbeddingPatienceMs is >= 1 and <= 10_000, "Knowledge:EmbeddingPatienceMs is 1 to 10,000.")
            .Validate<IServiceProviderIsKeyedService>(
                static (options, known) => string.IsNullOrEmpty(options.Embeddings) || known.IsKeyedService(typeof(IEmbedder), options.Embeddings.ToLowerInvariant()),
                "Knowledge:Embeddings names a provider of embeddings that is not configured; 'openai' is one, with a key in Providers:OpenAi.")
            .ValidateOnStart();
        services.AddSingleton(s =>
        {
            var options = s.GetRequiredService<IOptions<KnowledgeOptions>>().Value;
            return new KnowledgeBase(
                s.GetRequiredService<IKnowledgeStore>(), options,
                string.IsNullOrEmpty(options.Embeddings) ? null : s.GetRequiredKeyedService<IEmbedder>(options.Embeddings.ToLowerInvariant()),
                s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<KnowledgeBase>>());
        });
        services.AddSingleton<IKnowledge>(s => s.GetRequiredService<KnowledgeBase>());
        services.AddSingleton<ICatalogue>(s => s.GetRequiredService<KnowledgeBase>());
        return services;
    }
}
