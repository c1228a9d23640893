using Parley.Conversation.Agents;
using Parley.Conversation.Flags;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Tools;

public sealed class CallToolsTests
{
    private readonly ScriptedTool write = new("write", ToolEffect.Writes);
    private readonly ScriptedTool read = new("read", ToolEffect.Reads);

    [Fact]
    public void A_reading_tool_runs_before_the_turn_is_over_and_a_writing_one_waits_for_it()
    {
        var desk = new Desk(read, write);
        var over = new TaskCompletionSource();
        var request = desk.Ask(1, over.Task);

        desk.RunToEnd("read", request: request).Text.ShouldBe("Done 1.");
        var writing = desk.Run("write", request: request);

        writing.IsCompleted.ShouldBeFalse();
        write.Runs.ShouldBeEmpty();
        desk.Ledger.Begun.ShouldBeEmpty();
        desk.Thread.Run(() => over.SetResult());
        Desk.Over(writing).Text.ShouldBe("Done 1.");
    }

    [Fact]
    public void An_answer_that_is_thrown_away_writes_nothing()
    {
        var desk = new Desk(write);
        var over = new TaskCompletionSource();

        var writing = desk.Run("write", request: desk.Ask(1, over.Task));
        desk.Thread.Run(over.SetCanceled);

        writing.IsCanceled.ShouldBeTrue();
        write.Runs.ShouldBeEmpty();
        desk.Ledger.Begun.ShouldBeEmpty();
    }

    [Fact]
    public void The_same_call_turn_tool_and_arguments_run_once_however_they_are_written()
    {
        var desk = new Desk(write);

        desk.RunToEnd("write", """{"what": "a", "count": 2}""").Text.ShouldBe("Done 1.");
        desk.RunToEnd("write", """{ "count":2.0,"what":"a", "made_up": true, "other": null }""").Text.ShouldBe("Done 1.");
        desk.RunToEnd("write", """{"what": "a", "count": "2"}""").Text.ShouldBe("Done 1.");
        desk.RunToEnd("write", """{"what": "b", "count": 2}""").Text.ShouldBe("Done 2.");
        desk.RunToEnd("write", """{"what": "a", "count": 2}""", desk.Ask(3)).Text.ShouldBe("Done 3.");
        write.Runs.Select(run => run.Key).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Two_answers_that_want_the_same_at_the_same_time_share_one_run()
    {
        var end = new TaskCompletionSource<ToolResult>();
        var slow = new ScriptedTool("slow", ToolEffect.Writes, (_, _) => end.Task);
        var desk = new Desk(slow);

        var first = desk.Run("slow");
        var second = desk.Run("slow");
        desk.Thread.Run(() => end.SetResult(new ToolResult { Text = "Once." }));

        Desk.Over(first).Text.ShouldBe("Once.");
        Desk.Over(second).Text.ShouldBe("Once.");
        slow.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public void An_interruption_does_not_stop_a_write_and_what_came_of_it_is_known()
    {
        var end = new TaskCompletionSource<ToolResult>();
        CancellationToken seen = default;
        var slow = new ScriptedTool("slow", ToolEffect.Writes, (_, token) =>
        {
            seen = token;
            return end.Task;
        });
        var desk = new Desk(slow);
        using var interrupted = new CancellationTokenSource();

        var running = desk.Run("slow", """{"what":"x"}""", cancellationToken: interrupted.Token);
        desk.Thread.Run(interrupted.Cancel);
        running.IsCanceled.ShouldBeTrue();
        seen.IsCancellationRequested.ShouldBeFalse();
        desk.Tools.Unseen.ShouldBeEmpty();

        desk.Thread.Run(() => end.SetResult(new ToolResult { Text = "It worked." }));
        var outcome = desk.Tools.Unseen.ShouldHaveSingleItem();
        outcome.Tool.ShouldBe("slow");
        outcome.Turn.ShouldBe(1);
        outcome.Result.Text.ShouldBe("It worked.");
        ((string?)outcome.Arguments["what"]).ShouldBe("x");
        desk.RunToEnd("slow", """{"what":"x"}""").Text.ShouldBe("It worked.");
        slow.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public void An_outcome_is_seen_once_an_answer_that_knew_of_it_is_remembered()
    {
        var desk = new Desk(write);
        var first = desk.Ask(1);
        desk.RunToEnd("write", request: first);

        desk.Tools.Settle(first.Answer, remembered: false);
        desk.Tools.Unseen.Count.ShouldBe(1);
        var second = desk.Ask(1);
        desk.Tools.Asked(second.Answer);
        desk.Tools.Settle(second.Answer, remembered: true);
        desk.Tools.Unseen.ShouldBeEmpty();

        var third = desk.Ask(3);
        desk.RunToEnd("write", request: third);
        desk.Tools.Settle(third.Answer, remembered: true);
        desk.Tools.Unseen.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_offered_or_not_allowed_or_malformed_is_a_failure_in_words()
    {
        var desk = new Desk(read, write);
        desk.Features = new TenantFeatures([new Dictionary<string, bool> { ["tool.write"] = false }]);

        desk.Open().Offered.Select(tool => tool.Name).ShouldBe(["read"]);
        desk.Features = TenantFeatures.All;
        desk.Open();
        desk.Features = new TenantFeatures([new Dictionary<string, bool> { ["tool.write"] = false }]);
        Desk.Error(desk.RunToEnd("no_such_tool")).ShouldBe("unknown_tool");
        Desk.Error(desk.RunToEnd("write")).ShouldBe("unknown_tool");
        foreach (var bad in (string[])["[1]", "{", "nonsense", """{"count":"many"}""", """{"count":0}""", """{"count":1.5}""", """{"what":["a"]}""", """{"what":"a","what":"b"}""", """{"what":"\ud800"}""", """{"\udc00":1}"""])
        {
            var result = desk.RunToEnd("read", bad);
            result.Failed.ShouldBeTrue(bad);
            Desk.Error(result).ShouldBe("bad_arguments", bad);
        }

        read.Runs.ShouldBeEmpty();
        write.Runs.ShouldBeEmpty();
    }

    [Fact]
    public void Arguments_are_bounded_in_size_and_depth()
    {
        var desk = new Desk(read);
        desk.Options.MostArgumentChars = 300;

        Desk.Error(desk.RunToEnd("read", $$"""{"what":"{{new string('x', 300)}}"}""")).ShouldBe("bad_arguments");
        Desk.Error(desk.RunToEnd("read", "{\"what\":" + new string('[', 30) + new string(']', 30) + "}")).ShouldBe("bad_arguments");
        desk.RunToEnd("read", $$"""{"what":"{{new string('x', 200)}}"}""").Failed.ShouldBeFalse();
    }

    [Fact]
    public void A_model_that_calls_a_tool_300_times_is_stopped_in_the_turn_in_the_call_and_by_tool()
    {
        var desk = new Desk(read, write);
        desk.Options.MostByTool["read"] = 30;
        var results = new List<ToolResult>();
        var request = desk.Ask(1);
        for (var i = 0; i < 300; i++)
            results.Add(desk.RunToEnd("write", $$"""{"what":"{{i}}"}""", request));
        results.Count(result => !result.Failed).ShouldBe(desk.Options.MostPerTurn);
        write.Runs.Count.ShouldBe(desk.Options.MostPerTurn);
        results.Where(result => result.Failed).ShouldAllBe(result => Desk.Error(result) == "limit");

        for (var i = 0; i < 300; i++)
            results.Add(desk.RunToEnd("read", request: desk.Ask(i)));
        read.Runs.Count.ShouldBe(30);
        for (var i = 0; i < 300; i++)
            results.Add(desk.RunToEnd("write", request: desk.Ask(i)));
        write.Runs.Count.ShouldBe(desk.Options.MostPerTool);
    }

    [Fact]
    public void A_tool_that_throws_has_failed_and_one_that_changes_something_is_in_doubt()
    {
        ScriptedTool Broken(string name, ToolEffect effect, bool atomic = false) =>
            new(name, effect, (_, _) => throw new InvalidOperationException("secret detail")) { IsAtomic = atomic };
        var desk = new Desk(Broken("read", ToolEffect.Reads), Broken("write", ToolEffect.Writes), Broken("row", ToolEffect.Writes, atomic: true));

        Desk.Error(desk.RunToEnd("read")).ShouldBe("failed");
        Desk.Error(desk.RunToEnd("row")).ShouldBe("failed");
        var result = desk.RunToEnd("write");
        Desk.Error(result).ShouldBe("in_doubt");
        result.Text.ShouldNotContain("secret");
        Desk.Error(desk.RunToEnd("write")).ShouldBe("in_doubt");
    }

    [Fact]
    public void A_tool_that_hangs_is_given_up_and_its_late_result_is_kept()
    {
        var end = new TaskCompletionSource<ToolResult>();
        CancellationToken seen = default;
        var hanging = new ScriptedTool("hang", ToolEffect.Writes, (_, token) =>
        {
            seen = token;
            return end.Task;
        });
        var desk = new Desk(hanging);

        var running = desk.Run("hang");
        desk.Pass(desk.Options.DeadlineMs - 1);
        running.IsCompleted.ShouldBeFalse();
        desk.Pass(1);
        Desk.Error(Desk.Over(running)).ShouldBe("in_doubt");
        seen.IsCancellationRequested.ShouldBeTrue();

        desk.Thread.Run(() => end.SetResult(new ToolResult { Text = "After all." }));
        desk.Tools.Unseen.ShouldHaveSingleItem().Result.Text.ShouldBe("After all.");
        desk.RunToEnd("hang").Text.ShouldBe("After all.");
        hanging.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public void A_reading_tool_that_hangs_is_cancelled()
    {
        var hanging = new ScriptedTool("hang", ToolEffect.Reads, async (_, token) =>
        {
            var cancelled = new TaskCompletionSource<ToolResult>();
            await using var registered = token.Register(() => cancelled.SetCanceled(token));
            return await cancelled.Task;
        });
        var desk = new Desk(hanging);

        var running = desk.Run("hang");
        desk.Pass(desk.Options.DeadlineMs);

        Desk.Error(Desk.Over(running)).ShouldBe("timed_out");
    }

    [Fact]
    public void Nothing_is_done_that_cannot_be_written_down_and_it_may_be_tried_again()
    {
        var desk = new Desk(write) { Ledger = { FailWith = new TimeoutException() } };

        Desk.Error(desk.RunToEnd("write")).ShouldBe("timed_out");
        write.Runs.ShouldBeEmpty();
        desk.Ledger.FailWith = null;
        desk.RunToEnd("write").Text.ShouldBe("Done 1.");
    }

    [Fact]
    public void A_process_that_died_before_the_end_of_a_run_leaves_it_in_doubt_and_it_is_not_run_again()
    {
        var row = new ScriptedTool("row", ToolEffect.Writes) { IsAtomic = true };
        var desk = new Desk(write, row) { Ledger = { LosesResults = true } };
        desk.RunToEnd("write", request: desk.Ask(2)).Failed.ShouldBeFalse();
        desk.RunToEnd("row", request: desk.Ask(2)).Failed.ShouldBeFalse();

        desk.Open(new ResumePoint(null, [], 2));

        var unseen = desk.Tools.Unseen.ShouldHaveSingleItem();
        (unseen.Tool, unseen.Result.IsInDoubt).ShouldBe(("write", true));
        Desk.Error(desk.RunToEnd("write", request: desk.Ask(2))).ShouldBe("in_doubt");
        write.Runs.Count.ShouldBe(1);
        // Its effect and the ledger are one: that it is not there means that it did not happen.
        desk.RunToEnd("row", request: desk.Ask(2)).Text.ShouldBe("Done 2.");
    }

    [Fact]
    public void A_call_that_comes_back_knows_what_was_done_in_a_turn_that_was_not_written_down()
    {
        var desk = new Desk(write);
        desk.RunToEnd("write", """{"what":"old"}""", desk.Ask(1));
        desk.RunToEnd("write", """{"what":"new"}""", desk.Ask(5));

        desk.Open(new ResumePoint(null, [], 5));

        desk.Tools.Unseen.ShouldHaveSingleItem().Result.Text.ShouldBe("Done 2.");
        desk.RunToEnd("write", """{"what":"new"}""", desk.Ask(5)).Text.ShouldBe("Done 2.");
        write.Runs.Count.ShouldBe(2);
    }

    [Fact]
    public void What_a_call_did_before_it_came_back_counts_for_its_limits()
    {
        var other = new ScriptedTool("other", ToolEffect.Writes);
        var desk = new Desk(write, other);
        (desk.Options.MostByTool["write"], desk.Options.MostPerCall) = (3, 4);
        desk.RunToEnd("write", """{"what":"a"}""", desk.Ask(1));
        desk.RunToEnd("write", """{"what":"b"}""", desk.Ask(5));

        desk.Open(new ResumePoint(null, [], 6));

        desk.RunToEnd("write", """{"what":"c"}""", desk.Ask(7)).Failed.ShouldBeFalse();
        Desk.Error(desk.RunToEnd("write", """{"what":"d"}""", desk.Ask(9))).ShouldBe("limit");
        // It comes back a second time: three in the call, one is left.
        desk.Open(new ResumePoint(null, [], 10));
        Desk.Error(desk.RunToEnd("write", """{"what":"e"}""", desk.Ask(11))).ShouldBe("limit");
        desk.RunToEnd("other", request: desk.Ask(11)).Failed.ShouldBeFalse();
        Desk.Error(desk.RunToEnd("other", request: desk.Ask(13))).ShouldBe("limit");
        (write.Runs.Count, other.Runs.Count).ShouldBe((3, 1));
    }

    [Fact]
    public void A_call_that_cannot_read_what_it_did_before_does_nothing_until_it_can()
    {
        var desk = new Desk(write, read);
        desk.Options.MostByTool["write"] = 2;
        desk.RunToEnd("write", request: desk.Ask(1));
        desk.Ledger.FailWith = new InvalidOperationException("The database is away.");

        desk.Open(new ResumePoint(null, [], 2));

        desk.RunToEnd("read", request: desk.Ask(3)).Failed.ShouldBeFalse();
        Desk.Error(desk.RunToEnd("write", request: desk.Ask(3))).ShouldBe("failed");
        desk.Ledger.FailWith = null;
        desk.RunToEnd("write", request: desk.Ask(5)).Failed.ShouldBeFalse();
        Desk.Error(desk.RunToEnd("write", request: desk.Ask(7))).ShouldBe("limit");
        desk.Tools.Unseen.Count.ShouldBe(2);
    }

    [Fact]
    public void A_refusal_of_an_atomic_tool_changed_nothing_and_does_not_stand_in_the_way_of_another_try()
    {
        var free = false;
        var row = new ScriptedTool("row", ToolEffect.Writes, (_, _) => Task.FromResult(
            free ? new ToolResult { Text = "Held." } : ToolResult.Failure(ToolError.NotPossible, "Taken."))) { IsAtomic = true };
        var desk = new Desk(row);

        Desk.Error(desk.RunToEnd("row")).ShouldBe("not_possible");
        desk.Tools.Unseen.ShouldBeEmpty();
        free = true;
        desk.RunToEnd("row").Text.ShouldBe("Held.");
        free = false;
        desk.RunToEnd("row").Text.ShouldBe("Held.");
    }

    [Fact]
    public void A_long_result_is_cut()
    {
        var desk = new Desk(new ScriptedTool("read", ToolEffect.Reads, (_, _) => Task.FromResult(new ToolResult { Text = new string('x', 10_000) })));

        desk.RunToEnd("read").Text.Length.ShouldBeLessThan(desk.Options.MostResultChars + 10);
    }

    [Fact]
    public void A_result_survives_the_ledger_with_its_facts()
    {
        var result = new ToolResult
        {
            Text = "Kept.",
            Data = Desk.Json("""{"starts":"2026-03-06T19:30"}"""),
            Facts = new CallFacts { Intent = CallIntent.Booking, PartySize = 4, RequestedFor = new DateTime(2026, 3, 6, 19, 30, 0), Topics = ["parking"] },
        };

        var back = ToolResult.FromJson(result.ToJson());

        back.Text.ShouldBe(result.Text);
        back.Data!.ToJsonString().ShouldBe(result.Data.ToJsonString());
        back.Facts!.RequestedFor.ShouldBe(result.Facts.RequestedFor);
        back.Facts.PartySize.ShouldBe(4);
        back.Facts.Topics.ShouldBe(["parking"]);
    }
}
