using Parley.Conversation.Llm.OpenAi;
using Parley.Conversation.Providers;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

public sealed class EmbeddingTests : IAsyncLifetime
{
    private OpenAiServer server = null!;

    public async ValueTask InitializeAsync() => server = await OpenAiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Many_texts_are_sent_in_batches_and_come_back_in_order()
    {
        using var connection = Provider.Connect(server, static o => o.EmbeddingDimensions = 64);
        var embeddings = new OpenAiEmbeddings(connection);
        var meter = new CallMeter();
        string[] texts = [.. Enumerable.Range(0, 300).Select(static i => $"text number {i}")];

        var together = await embeddings.EmbedAsync(texts, meter, Provider.Now);
        var alone = await embeddings.EmbedAsync([texts[257]], null, Provider.Now);

        together.Count.ShouldBe(300);
        together.ShouldAllBe(static vector => vector.Length == 64);
        together[257].ToArray().ShouldBe(alone[0].ToArray());
        together[256].ToArray().ShouldNotBe(alone[0].ToArray());
        server.Requests.Count.ShouldBe(4);
        meter.Of(UsageUnit.Requests).ShouldBe(3);
        meter.Of(UsageUnit.InputTokens).ShouldBe(texts.Sum(static t => (t.Length + 3) / 4));
    }

    [Fact]
    public async Task No_text_is_no_request_and_an_empty_one_refused()
    {
        using var connection = Provider.Connect(server);
        var embeddings = new OpenAiEmbeddings(connection);

        (await embeddings.EmbedAsync([], null, Provider.Now)).ShouldBeEmpty();
        await Should.ThrowAsync<ArgumentException>(() => embeddings.EmbedAsync(["a", " "], null, Provider.Now));
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"object\":\"list\",\"data\":[],\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}")]
    [InlineData("{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":5,\"embedding\":[1,0]}],\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}")]
    [InlineData("{\"object\":\"list\"")]
    [InlineData("<html/>")]
    public async Task An_answer_that_is_not_one_vector_for_each_text_is_malformed(string body)
    {
        using var connection = Provider.Connect(server);
        server.Next(OpenAiError.Body("application/json", body));

        var failure = await Should.ThrowAsync<ProviderException>(() => new OpenAiEmbeddings(connection).EmbedAsync(["a"], null, Provider.Now));

        failure.Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }
}
