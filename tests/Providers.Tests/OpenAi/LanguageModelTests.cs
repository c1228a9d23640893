using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Llm.OpenAi;
using Parley.Conversation.Providers;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

public sealed class LanguageModelTests : IAsyncLifetime
{
    private OpenAiServer server = null!;

    public async ValueTask InitializeAsync() => server = await OpenAiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Words_come_as_the_model_writes_them_in_any_script()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("Здрав", "ствуйте! ", "שלום ", "¿Qué tal? ", "👋🏽"));

        var events = await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"));

        events.OfType<ModelEvent.Text>().Select(static t => t.Delta).ShouldBe(["Здрав", "ствуйте! ", "שלום ", "¿Qué tal? ", "👋🏽"]);
        events[^1].ShouldBe(new ModelEvent.Finished(ModelFinish.Stop));
    }

    [Fact]
    public async Task The_first_words_are_there_while_the_model_still_writes()
    {
        using var connection = Provider.Connect(server);
        var rest = new TaskCompletionSource();
        server.Chats.Enqueue(new ChatScript().Say("One").Wait(rest.Task).Say(" two"));
        await using var events = new OpenAiLanguageModel(connection).CompleteAsync(Provider.Ask("hi"), Provider.Now).GetAsyncEnumerator(Provider.Now);

        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.ShouldBe(new ModelEvent.Text("One"));
        rest.SetResult();
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.ShouldBe(new ModelEvent.Text(" two"));
    }

    [Fact]
    public async Task Tool_calls_in_interleaved_parts_are_put_together_and_malformed_arguments_passed_on()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("Let me see.")
            .CallPart(0, "call_a", "book", "").CallPart(1, "call_b", "note", "").CallPart(0, null, null, "{\"d\":").CallPart(1, null, null, "{\"te")
            .CallPart(0, null, null, "7}"));

        var events = await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"));

        events.OfType<ModelEvent.ToolCall>().Select(static e => e.Call).ShouldBe([new("call_a", "book", "{\"d\":7}"), new("call_b", "note", "{\"te")]);
        events.Words().ShouldBe("Let me see.");
        events[^1].ShouldBe(new ModelEvent.Finished(ModelFinish.ToolCalls));
    }

    [Fact]
    public async Task Whole_calls_that_share_an_index_are_several_and_a_stop_after_them_means_tools()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().CallPart(0, "a", "one", "{}").CallPart(0, "b", "two", "{}").Finish("stop"));

        var events = await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"));

        events.OfType<ModelEvent.ToolCall>().Select(static e => e.Call.Name).ShouldBe(["one", "two"]);
        events[^1].ShouldBe(new ModelEvent.Finished(ModelFinish.ToolCalls));
    }

    [Theory]
    [InlineData("length", ModelFinish.Length)]
    [InlineData("content_filter", ModelFinish.ContentFilter)]
    public async Task Says_why_the_model_stopped_after_some_words(string reason, ModelFinish expected)
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("Well").Finish(reason));

        (await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi")))[^1].ShouldBe(new ModelEvent.Finished(expected));
    }

    [Fact]
    public async Task A_refusal_is_spoken()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Refuse("I can't help with that."));

        (await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"))).Words().ShouldBe("I can't help with that.");
    }

    [Fact]
    public async Task The_request_holds_conversation_tools_and_the_tenants_wishes()
    {
        using var connection = Provider.Connect(server);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["d"] = new JsonObject { ["type"] = "integer" } } };
        var request = new ModelRequest
        {
            Messages =
            [
                new(ModelRole.System, "rules"), new(ModelRole.User, "book"), new(ModelRole.Assistant, "One moment.", [new("c1", "book", "{\"d\":")]),
                new(ModelRole.Tool, "Error", ToolCallId: "c1"), new(ModelRole.Assistant, "Sorry?"), new(ModelRole.User, "Friday"),
            ],
            Tools = [new ModelTool("book", "Books", schema)],
            Providers = new ProviderChoice { Models = new Dictionary<string, string> { ["openai"] = "gpt-4o", ["other"] = "no" }, Temperature = 0.5 },
            MaxOutputTokens = 55,
        };

        await Provider.ReadAsync(new OpenAiLanguageModel(connection), request);

        var body = server.Requests.Single().Body;
        ((string?)body["model"]).ShouldBe("gpt-4o");
        ((double)body["temperature"]!).ShouldBe(0.5);
        ((int)body["max_completion_tokens"]!).ShouldBe(55);
        ((bool)body["stream_options"]!["include_usage"]!).ShouldBeTrue();
        body["messages"]!.AsArray().Select(static m => (string?)m!["role"]).ShouldBe(["system", "user", "assistant", "tool", "assistant", "user"]);
        ((string?)body["messages"]![2]!["tool_calls"]![0]!["function"]!["arguments"]).ShouldBe("{\"d\":");
        JsonNode.DeepEquals(body["tools"]![0]!["function"]!["parameters"], schema).ShouldBeTrue();
    }

    [Fact]
    public async Task Use_is_counted_with_cached_tokens_apart()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("Hi").Usage(100, 9, cached: 64));
        var meter = new CallMeter();

        await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi", meter));

        meter.Totals.ShouldBe(
        [
            new(Capability.Think, "openai", "gpt-4o-mini", UsageUnit.InputTokens, 36), new(Capability.Think, "openai", "gpt-4o-mini", UsageUnit.CachedInputTokens, 64),
            new(Capability.Think, "openai", "gpt-4o-mini", UsageUnit.OutputTokens, 9), new(Capability.Think, "openai", "gpt-4o-mini", UsageUnit.Requests, 1),
        ]);
    }

    [Fact]
    public async Task Cancelling_aborts_the_request()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("One").Wait(new TaskCompletionSource().Task));
        using var cancel = new CancellationTokenSource();
        await using var events = new OpenAiLanguageModel(connection).CompleteAsync(Provider.Ask("hi"), cancel.Token).GetAsyncEnumerator(Provider.Now);
        await events.MoveNextAsync();
        var gone = new TaskCompletionSource();
        await using var _ = server.Requests.Single().Aborted.Register(gone.SetResult);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await events.MoveNextAsync());
        await gone.Task.WaitAsync(Provider.Now);
    }

    [Fact]
    public async Task Leaving_early_aborts_the_request()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("One").Wait(new TaskCompletionSource().Task));
        var gone = new TaskCompletionSource();
        await foreach (var _ in new OpenAiLanguageModel(connection).CompleteAsync(Provider.Ask("hi"), Provider.Now))
        {
            server.Requests.Single().Aborted.Register(gone.SetResult);
            break;
        }

        await gone.Task.WaitAsync(Provider.Now);
    }

    [Fact]
    public async Task A_compatible_server_is_asked_in_its_own_words_and_may_think_aloud()
    {
        server.Models.Add("qwen3");
        using var connection = Provider.Connect(server, static o => (o.Model, o.Temperature) = ("qwen3", 0.1), name: "vllm");
        server.Chats.Enqueue(new ChatScript().Event(": keep-alive").Say("\n<th", "ink>The caller", " said hi</th", "ink>\n\nHel", "lo!"));

        var events = await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"));

        events.Words().ShouldBe("Hello!");
        var body = server.Requests.Single().Body;
        ((int)body["max_tokens"]!).ShouldBe(300);
        body.ContainsKey("max_completion_tokens").ShouldBeFalse();
        ((double)body["temperature"]!).ShouldBe(0.1, 1e-6);
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<thing>")]
    [InlineData("a <think> b")]
    public async Task Words_that_only_look_like_thoughts_are_said(string words)
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say([.. words.Select(static c => c.ToString())]));

        (await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"))).Words().ShouldBe(words);
    }

    [Fact]
    public async Task An_answer_whose_end_was_announced_may_lose_its_count()
    {
        using var connection = Provider.Connect(server);
        server.Chats.Enqueue(new ChatScript().Say("Bye.").Finish("stop").Cut());

        var events = await Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi"));

        events.Words().ShouldBe("Bye.");
        events[^1].ShouldBe(new ModelEvent.Finished(ModelFinish.Stop));
    }

    [Fact]
    public async Task Prewarming_opens_one_connection_and_never_fails()
    {
        using var connection = Provider.Connect(server);
        var model = new OpenAiLanguageModel(connection);

        await model.PrewarmAsync(new ExpectedCall("en-US", []), Provider.Now);
        await model.PrewarmAsync(new ExpectedCall("en-US", []), Provider.Now);
        server.Requests.Select(static r => $"{r.Method} {r.Path}").ShouldBe(["HEAD /v1/models"]);

        using var nobody = Provider.Connect(server, static o => o.BaseAddress = new Uri("http://127.0.0.1:1/v1"));
        await new OpenAiLanguageModel(nobody).PrewarmAsync(new ExpectedCall("en-US", []), Provider.Now);
    }
}
