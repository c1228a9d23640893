using System.Text.Json.Nodes;
using Parley.Evaluation;
using Parley.Providers.Server.OpenAi;

namespace Parley.Tests.Evaluation;

/// <summary>
/// Scenarios whose caller a model plays, over HTTP, with a local server that is OpenAI's in shape and plays the receptionist, the caller and the analyst.
/// </summary>
public sealed class PersonaTests : IAsyncLifetime
{
    private readonly Queue<string> caller = new();
    private readonly Queue<Action<ChatScript>> receptionist = new();
    private OpenAiServer provider = null!;
    private EvalServer server = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await OpenAiServer.StartAsync();
        provider.Answer = Answer;
        server = await EvalServer.StartAsync(new EvalModel(provider.BaseAddress, "gpt-4o-mini", provider.Key), audio: false, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_model_plays_the_caller_and_what_the_call_came_to_is_checked()
    {
        Caller("\"A table for three tomorrow at eight in the evening!\"", "Carter. Daniel Carter.", "Oh, make it four.", "Yes, right.", "Great, bye. HANG UP");
        Receptionist(
            s => s.Say("Gladly. What name may I put it under?"),
            Hold(3),
            s => s.Say("A table for three tomorrow at eight in the evening, for Daniel Carter. Is that right?"),
            Hold(4),
            s => s.Say("A table for four tomorrow at eight in the evening, for Daniel Carter. Is that right?"),
            s => s.Call("c3", "confirm_booking", "{}"),
            s => s.Say("You're all set, Daniel."),
            s => s.Say("Goodbye!"));

        var run = await RunAsync("personas/hurried-diner.yaml");

        run.Reasons.ShouldBeEmpty();
        run.Result.ShouldBe(RunResult.Passed);
        run.Tools.ShouldBe(["hold_booking", "hold_booking", "confirm_booking"]);
        run.Call!.EndReason.ShouldBe("callerHungUp");
        run.Call.Turns[1].HeardText.ShouldBe("A table for three tomorrow at eight in the evening!");
        // The caller hears what the receptionist said, and knows nothing else of her.
        var asked = provider.Requests.Last(r => IsCaller(r.Body)).Body["messages"]!.AsArray();
        ((string)asked[0]!["content"]!).ShouldContain("for three people at first");
        asked.Select(m => (string)m!["role"]!).ShouldBe(["system", "user", "assistant", "user", "assistant", "user", "assistant", "user", "assistant", "user"]);
        ((string)asked[^1]!["content"]!).ShouldBe("You're all set, Daniel.");
    }

    [Fact]
    public async Task A_persona_that_does_not_get_what_it_wants_fails_the_scenario()
    {
        Caller("A table for three tomorrow at eight, for Daniel Carter.", "HANG UP");
        Receptionist(s => s.Say("You're all set, Daniel."));

        var run = await RunAsync("personas/hurried-diner.yaml");

        run.Result.ShouldBe(RunResult.Failed);
        run.Reasons.Select(r => r.Split(':')[0]).ShouldContain("status");
        run.Reasons.ShouldContain("bookings: expected Confirmed, tomorrow 20:00, for 4, Daniel Carter, got none");
    }

    [Fact]
    public async Task A_persona_with_turns_is_played_by_the_model_when_there_is_one()
    {
        Caller("Just asking what a double room is. HANG UP");
        Receptionist(s => s.Say("A double room is one hundred fifty dollars a night."));

        var run = await RunAsync("personas/careful-guest.yaml");

        run.Call!.Turns[1].HeardText.ShouldBe("Just asking what a double room is.");
        run.Reasons.ShouldNotContain(r => r.StartsWith("agent_says", StringComparison.Ordinal));
        run.Reasons.ShouldContain(r => r.StartsWith("bookings_exactly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_who_would_never_stop_hangs_up_after_the_last_line()
    {
        Caller([.. Enumerable.Range(0, 30).Select(n => $"And another thing, number {n}?")]);
        Receptionist([.. Enumerable.Range(0, 30).Select(_ => (Action<ChatScript>)(s => s.Say("Would you like me to take a message?")))]);
        var scenario = EvalFixture.Scenarios.Single(s => s.File.EndsWith("talkative-patient.yaml", StringComparison.Ordinal));

        var run = await RunAsync("personas/talkative-patient.yaml");

        run.Call!.Turns.Count(t => t.Speaker == Conversation.Agents.Speaker.Caller).ShouldBe(scenario.Persona!.MostLines);
        run.Call.EndReason.ShouldBe("callerHungUp");
    }

    private static Action<ChatScript> Hold(int guests) => s => s.Call(
        $"c{guests}", "hold_booking", "{\"date_time\":\"2026-11-21T20:00\",\"guests\":", $"{guests},\"name\":\"Daniel Carter\"}}");

    private static bool IsCaller(JsonObject request) => Begins(request, "You play a person who calls");

    private static bool Begins(JsonObject request, string words) =>
        ((string?)request["messages"]?[0]?["content"])?.StartsWith(words, StringComparison.Ordinal) == true;

    private void Caller(params string[] lines) => Array.ForEach(lines, caller.Enqueue);

    private void Receptionist(params Action<ChatScript>[] answers) => Array.ForEach(answers, receptionist.Enqueue);

    // Who is asked stands in the first message.
    private ChatScript Answer()
    {
        var request = provider.Requests.Last().Body;
        var script = new ChatScript();
        if (Begins(request, "You read the transcript"))
            return script.Say("{\"intent\":\"booking\",\"sentiment\":\"positive\",\"summary\":\"A call.\",\"successful\":true}");
        if (IsCaller(request))
            return script.Say(caller.Dequeue());
        if (receptionist.TryDequeue(out var answer))
            answer(script);
        else
            script.Say("Goodbye.");
        return script;
    }

    private Task<ScenarioRun> RunAsync(string file) => new ScenarioRunner(server, audio: false).RunAsync(
        EvalFixture.Scenarios.Single(s => s.File.Replace('\\', '/') == file), AgentKind.Llm, TestContext.Current.CancellationToken);
}
