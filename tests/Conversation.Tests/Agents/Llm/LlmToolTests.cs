using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents.Grounding;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Tools;
using static Parley.Tests.Common.Llm.ScriptedModel;

namespace Parley.Conversation.Tests.Agents.Llm;

/// <summary>What a model does with its tools, however it behaves.</summary>
public sealed class LlmToolTests
{
    [Fact]
    public async Task A_model_that_wants_three_hundred_tools_is_cut_off_and_the_caller_hears_something()
    {
        var tool = new ScriptedTool("look", ToolEffect.Reads);
        var all = new LlmDesk(static request => request.Tools.Count == 0 ? [Say("Let me take a message instead.")]
            : [.. Enumerable.Range(0, 300).Select(static i => Call("look", $$"""{"what":"{{i}}"}""", $"call_{i}"))], more: tool);

        await all.SayAsync("please look");

        tool.Runs.Count.ShouldBe(ToolLoop.MostCalls);
        all.Words.ShouldBe("Let me take a message instead.");

        var mute = new LlmDesk(static request => request.Tools.Count == 0 ? [] : [Call("look", $$"""{"what":"{{request.Messages.Count}}"}""", $"call_{request.Messages.Count}")], more: new ScriptedTool("look", ToolEffect.Reads));
        await mute.SayAsync("do you have parking");
        mute.Model.Requests.Count.ShouldBe(LlmAgent.MostRounds);
        mute.Words.ShouldContain("garage on Hester Street", customMessage: "the rules answer");
    }

    [Fact]
    public async Task The_same_call_again_is_answered_with_what_is_known_and_then_no_more()
    {
        var tool = new ScriptedTool("book", ToolEffect.Writes);
        var desk = new LlmDesk(static request => request.Tools.Count == 0 ? [Say("That is noted.")] : [Call("book", """{ "what": "it" }""", $"call_{request.Messages.Count}")], more: tool);

        await desk.SayAsync("please book it");

        tool.Runs.ShouldHaveSingleItem();
        desk.Model.Requests[2].Messages[^1].Text.ShouldStartWith("You asked for exactly this before");
        desk.Words.ShouldBe("That is noted.");
        desk.Model.Requests.Count.ShouldBe(LlmAgent.MostRounds);
    }

    [Fact]
    public async Task What_a_tool_told_may_be_said_now_and_in_later_turns()
    {
        var tool = new ScriptedTool("check_availability", ToolEffect.Reads, static (_, _) => Task.FromResult(new ToolResult
        {
            Text = "Everything is taken at that time. The nearest that are free: Friday 2026-11-27 at 18:45.", Failed = true,
            Data = new JsonObject { ["error"] = "not_possible", ["refusal"] = "taken", ["alternatives"] = new JsonArray("2026-11-27T18:45") },
        }));
        var desk = new LlmDesk(static request => LlmDesk.LastUser(request) == "what was that time again" ? [Say("It was 6:45 PM on Friday.")]
            : LlmDesk.HasResult(request) ? [Say("We're fully booked at that time. Would a quarter to seven suit you?")] : [Call("check_availability", "{}")], more: tool);

        await desk.SayAsync("a table on friday at seven");
        desk.Words.ShouldBe("We're fully booked at that time. Would a quarter to seven suit you?");
        desk.State = desk.Agent.RestoreState(desk.State!.ToJson());
        await desk.SayAsync("what was that time again");

        desk.Words.ShouldBe("It was six forty five in the evening on Friday.");
        desk.Decision["tools"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_back_that_a_model_requests_is_a_field_of_what_is_known_and_survives_its_state()
    {
        // Saturday, 21 November 2026.
        var desk = new LlmDesk(static request => LlmDesk.HasResult(request) ? [Say("Somebody will call you back.")]
            : [Call("request_call_back", """{"about":"the bill","date_time":"2026-11-24T17:00","name":"Ann"}""")]);

        await desk.SayAsync("can somebody call me on tuesday after five about the bill, this is Ann");
        desk.State = desk.Agent.RestoreState(desk.State!.ToJson());

        (desk.State!.Facts.CallBackFor, desk.State.Facts.Message, desk.State.Facts.Intent).ShouldBe(
            (new DateTime(2026, 11, 24, 17, 0, 0), "Please call back: the bill", CallIntent.Message));
    }

    [Fact]
    public async Task A_tool_that_writes_waits_until_the_turn_is_taken()
    {
        var tool = new ScriptedTool("book", ToolEffect.Writes);
        var desk = new LlmDesk(static request => LlmDesk.HasResult(request) ? [Say("Done.")] : [Say("One moment. "), Call("book", "{}")], more: tool);
        var taken = new TaskCompletionSource();
        await using var events = desk.Agent.RespondAsync(desk.Request("book it", taken.Task) with { Speculative = true }, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (await events.MoveNextAsync() && events.Current is not AgentEvent.Say)
        {
        }

        var next = events.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse("it waits");
        tool.Runs.ShouldBeEmpty();
        taken.SetResult();
        (await next).ShouldBeTrue();
        tool.Runs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_done_for_an_answer_that_nobody_heard_is_told_first()
    {
        var tool = new ScriptedTool("book", ToolEffect.Writes, static (call, _) => Task.FromResult(new ToolResult
        {
            Text = "Booked: Friday at 19:00.", Data = new JsonObject { ["booked"] = true }, Facts = call.Facts with { Name = "Anna", Confirmed = true },
        }));
        var desk = new LlmDesk(static request => LlmDesk.LastUser(request) == "hello?" ? [Say("You're booked, Anna.")] : LlmDesk.HasResult(request) ? [Say("Done.")] : [Call("book", "{}")], more: tool);
        await desk.SayAsync("book it");
        // The answer was not heard: the loop keeps the state of before.
        desk.State = null;

        await desk.SayAsync("hello?");

        desk.Model.Requests[^1].Messages[^2].Text.ShouldContain("book: Booked: Friday at 19:00.");
        desk.Words.ShouldBe("You're booked, Anna.");
        (desk.Facts.Name, desk.Facts.Confirmed).ShouldBe(("Anna", true));
    }

    [Theory]
    [InlineData("my number is two one two five five five oh one nine nine", "+12125550199", true)]
    [InlineData("my number is five five five oh one nine nine", "212 555 0199", true)]
    [InlineData("use the number I am calling from", "+12125550123", true)]
    [InlineData("text it to my friend", "+12125550177", false)]
    public async Task A_number_is_the_callers_own_or_was_said(string caller, string number, bool runs)
    {
        var tool = new ScriptedTool("send", ToolEffect.Writes);
        var desk = new LlmDesk(request => LlmDesk.HasResult(request) ? [Say("Well.")] : [Call("send", $$"""{"what":"{{number}}"}""")], more: tool);

        await desk.SayAsync(caller);

        tool.Runs.Count.ShouldBe(runs ? 1 : 0);
    }

    [Theory]
    [InlineData(ToolEffect.Reads, "throws", true)]
    [InlineData(ToolEffect.Writes, "throws", true)]
    [InlineData(ToolEffect.Reads, "times out", true)]
    [InlineData(ToolEffect.Reads, "refuses", false)]
    [InlineData(ToolEffect.Writes, "refuses", false)]
    [InlineData(ToolEffect.Reads, "bad arguments", false)]
    [InlineData(ToolEffect.Reads, "another error", false)]
    public async Task A_person_is_told_of_a_tool_that_failed_for_reasons_of_ours_only(ToolEffect effect, string outcome, bool told)
    {
        var tool = new ScriptedTool("look", effect, (_, _) => outcome switch
        {
            "throws" => throw new InvalidOperationException("The database is away."),
            "times out" => throw new TimeoutException("Too late."),
            "refuses" => Task.FromResult(ToolResult.Failure(ToolError.NotPossible, "There is no such thing.")),
            "another error" => Task.FromResult(new ToolResult { Text = "Odd.", Failed = true, Data = new JsonObject { ["error"] = new JsonObject { ["code"] = 7 } } }),
            _ => Task.FromResult(new ToolResult { Text = "Never asked." }),
        });
        var arguments = outcome == "bad arguments" ? """{"count":"many"}""" : "{}";
        var desk = await new LlmDesk(request => LlmDesk.HasResult(request) ? [Say("Let me take a message.")] : [Call("look", arguments)], more: tool).SayAsync("please look");

        desk.Events.OfType<AgentEvent.Escalate>().Select(static e => e.Reason).ShouldBe(told ? [EscalationReason.ToolFailure] : []);
    }

    [Fact]
    public async Task A_person_is_told_of_what_nobody_knows_whether_it_was_done_also_when_its_answer_was_not_heard()
    {
        var tool = new ScriptedTool("send", ToolEffect.Writes, static (_, _) => throw new InvalidOperationException("The line to the provider broke."));
        var desk = new LlmDesk(static request => LlmDesk.LastUser(request) == "hello?" || LlmDesk.HasResult(request) ? [Say("One moment.")] : [Call("send", "{}")], more: tool);
        await desk.SayAsync("send it");
        desk.State = null;

        await desk.SayAsync("hello?");

        var told = desk.Events.OfType<AgentEvent.Escalate>().Single();
        (told.Reason, told.Summary.StartsWith("The tool send failed: It is not known", StringComparison.Ordinal)).ShouldBe((EscalationReason.ToolFailure, true));
    }

    [Fact]
    public async Task Only_the_tools_that_a_tenant_allows_are_offered_or_run()
    {
        var tool = new ScriptedTool("look", ToolEffect.Reads);
        var strict = Known.Tenant with { Agent = new AgentSettings { Tools = ["take_message"] } };
        var desk = new LlmDesk(static request => LlmDesk.HasResult(request) ? [Say("Well.")] : [Call("look", "{}"), Call("end_call", "{}", "call_2")], strict, more: tool);

        await desk.SayAsync("look it up and hang up");

        desk.Model.Requests[0].Tools.Select(static t => t.Name).ShouldBe(["take_message"]);
        tool.Runs.ShouldBeEmpty();
        desk.Events.OfType<AgentEvent.EndCall>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_is_noted_a_transfer_connects_and_a_goodbye_hangs_up()
    {
        var desk = new LlmDesk(static request => LlmDesk.HasResult(request) ? [Say("I connect you.")]
            : [Call("take_message", """{"name":"Bob","text":"Bring wine"}"""), Call("transfer_to", """{"department":"manager"}""", "call_2")]);
        await desk.SayAsync("the manager please");
        (desk.Facts.Name, desk.Facts.Message, desk.Facts.Intent).ShouldBe(("Bob", "Bring wine", CallIntent.Message));
        desk.Events[^1].ShouldBeOfType<AgentEvent.TransferCall>().Department.ShouldBe(Known.Tenant.Departments[0]);

        var bye = await new LlmDesk(static _ => [Say("Goodbye."), Call("end_call", "{}")]).SayAsync("bye");
        bye.Events[^1].ShouldBeOfType<AgentEvent.EndCall>();
        bye.Model.Requests.ShouldHaveSingleItem();
    }
}
