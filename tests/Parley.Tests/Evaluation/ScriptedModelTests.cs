using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;
using Parley.Evaluation;

namespace Parley.Tests.Evaluation;

public sealed class ScriptedModelTests
{
    private static readonly ModelTool[] Tools = [new("look", "Looks.", [])];
    private static readonly ModelMessage Caller = new(ModelRole.User, "Hello.");

    [Fact]
    public async Task What_stands_behind_a_tool_is_the_answer_to_its_result()
    {
        var model = new ScriptedModel();
        model.Expect(
            [
                new ModelAction(1, Say: "One moment."), new ModelAction(2, Call: "look", Arguments: new JsonObject { ["at"] = 1 }), new ModelAction(3, Call: "see"),
                new ModelAction(4, Say: "Here it is."),
            ],
            "a step");

        var first = await AskAsync(model, Caller);
        first.OfType<ModelEvent.Text>().Select(t => t.Delta).ShouldBe(["One moment."]);
        first.OfType<ModelEvent.ToolCall>().Select(c => c.Call.Name + c.Call.ArgumentsJson).ShouldBe(["""look{"at":1}""", "see{}"]);
        first[^1].ShouldBe(new ModelEvent.Finished(ModelFinish.ToolCalls));

        var calls = first.OfType<ModelEvent.ToolCall>().Select(c => c.Call).ToList();
        var second = await AskAsync(model, Caller, new ModelMessage(ModelRole.Assistant, "One moment.", calls), new ModelMessage(ModelRole.Tool, "x", ToolCallId: calls[0].Id));
        second.ShouldBe([new ModelEvent.Text("Here it is."), new ModelEvent.Finished(ModelFinish.Stop)]);
        model.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_too_many_is_a_problem()
    {
        var model = new ScriptedModel();
        model.Expect([new ModelAction(1, Call: "look")], "the step in line 1");
        await AskAsync(model, Caller, new ModelMessage(ModelRole.Assistant, "", [new ModelToolCall("1", "look", "{}")]));
        model.Problems.ShouldBe(["the model is asked 2 times about the step in line 1, and the scenario says what it does 1 times"]);
    }

    [Fact]
    public async Task A_step_without_a_word_about_the_model_is_a_problem()
    {
        var model = new ScriptedModel();
        model.Expect(null, "the step in line 7");
        await Should.ThrowAsync<ProviderException>(() => AskAsync(model, Caller));
        model.Problems.Single().ShouldStartWith("the model is asked about the step in line 7");
    }

    [Fact]
    public async Task A_model_that_is_to_fail_fails_and_that_is_no_problem()
    {
        var model = new ScriptedModel();
        model.Expect([new ModelAction(1, Fails: true)], "a step");
        await Should.ThrowAsync<ProviderException>(() => AskAsync(model, Caller));
        model.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_analysis_is_what_the_scenario_says_and_without_one_there_is_none()
    {
        var call = new AnalysisInput
        {
            Tenant = new Tenant { Id = Guid.Empty, Slug = "a", Name = "A", Kind = BusinessKind.Shop, TimeZone = NodaTime.DateTimeZone.Utc, Greeting = "Hello." },
            StartedAt = DateTimeOffset.UnixEpoch, EndReason = CallEndReason.CallerHungUp, Facts = CallFacts.None, History = [new HistoryEntry(Speaker.Caller, "Hello.")],
        };
        var scripted = new ScriptedModel(new JsonObject { ["intent"] = "message", ["sentiment"] = "negative", ["summary"] = "Was cross.", ["successful"] = false });

        (await AnalyseAsync(scripted)).ShouldSatisfyAllConditions(a => a.Sentiment.ShouldBe(Sentiment.Negative), a => a.Summary.ShouldBe("Was cross."), a => a.MadeBy.ShouldBe("scripted"));
        (await AnalyseAsync(new ScriptedModel())).MadeBy.ShouldBe(RuleAnalyst.Name);
        scripted.Problems.ShouldBeEmpty();

        Task<CallAnalysis> AnalyseAsync(ScriptedModel model) =>
            new ModelAnalyst(model, static _ => true, TimeProvider.System, NullLogger<ModelAnalyst>.Instance).AnalyseAsync(call, TestContext.Current.CancellationToken);
    }

    private static async Task<List<ModelEvent>> AskAsync(ScriptedModel model, params ModelMessage[] messages)
    {
        var events = new List<ModelEvent>();
        await foreach (var piece in model.CompleteAsync(new ModelRequest { Messages = messages, Tools = Tools }, TestContext.Current.CancellationToken))
            events.Add(piece);
        return events;
    }
}
