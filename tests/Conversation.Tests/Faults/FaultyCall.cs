using Parley.Conversation.Agents;
using Parley.Conversation.Faults;
using Parley.Conversation.Tts;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Faults;

namespace Parley.Conversation.Tests.Faults;

/// <summary>
/// One ordinary call, in which something goes wrong: a greeting, a question that is answered in three sentences, a second one, a goodbye. The caller
/// waits for the agent like a person: until it has been silent for a while.
/// </summary>
internal sealed class FaultyCall : IDisposable
{
    public const string Greeting = "Hello there. How can I help?";
    public const string Offer = "We have a table at seven. It is by the window. Shall I book it?";
    public const string Goodbye = "It is booked. Goodbye and thanks.";

    private const int PatienceMs = 1000;

    public FaultyCall()
    {
        Invariants = new Invariants(Rig);
        Rig.Agent.Answer = Answer;
    }

    public CallRig Rig { get; } = new();

    public Invariants Invariants { get; }

    /// <summary>The agent answers with faults.</summary>
    public FaultyCall Agent(string faults, Func<AgentRequest, bool>? applies = null)
    {
        Rig.RealAgent = new FaultyCallAgent(Rig.Agent, FaultPlan.Parse(faults), Rig.Clock, applies);
        return this;
    }

    /// <summary>The voice speaks with faults; its chunks come one by one.</summary>
    public FaultyCall Voice(string faults, Func<SpeechRequest, bool>? applies = null)
    {
        Rig.Voice.ChunkDelay = TimeSpan.FromMilliseconds(60);
        Rig.RealVoice = new FaultyTextToSpeech(Rig.Voice, FaultPlan.Parse(faults), Rig.Clock, applies);
        return this;
    }

    /// <summary>The recogniser hears with faults.</summary>
    public FaultyCall Recogniser(string faults)
    {
        Rig.RealRecogniser = new FaultySpeechToText(Rig.Recogniser, FaultPlan.Parse(faults), Rig.Clock);
        return this;
    }

    /// <summary>Plays the whole call; a caller who is not hung up on hangs up.</summary>
    public FaultyCall Play(bool started = false)
    {
        if (!started)
            Rig.Start();
        Listen();
        Say("I want a table.");
        Say("Yes please.");
        return End();
    }

    /// <summary>The caller says something and listens to the answer.</summary>
    public FaultyCall Say(string words)
    {
        if (!Rig.IsOver)
            Rig.Say(words);
        return Listen();
    }

    /// <summary>Waits until the agent has had its turn and is silent, or gives up.</summary>
    public FaultyCall Listen(int atMostMs = 30_000)
    {
        var turns = AgentTurns();
        var quietMs = 0;
        for (var waited = 0; waited < atMostMs && !Rig.IsOver && quietMs < PatienceMs; waited += 20)
        {
            Rig.Wait(20);
            quietMs = AgentTurns() > turns && !Rig.Carrier.IsSounding ? quietMs + 20 : 0;
        }

        return this;
    }

    /// <summary>The caller hangs up, if the call is not over, and what must hold is checked.</summary>
    public FaultyCall End()
    {
        if (!Rig.IsOver)
            Rig.HangUp();
        Rig.Until(() => Rig.IsOver);
        Invariants.Verify();
        return this;
    }

    public void Dispose() => Rig.Dispose();

    private int AgentTurns() => Rig.Journal.Turns.Count(t => t.Speaker == Speaker.Agent);

    public static bool Speaks(AgentRequest request, string words) =>
        request.Trigger is AgentTrigger.CallerSaid said && said.Text.Contains(words, StringComparison.Ordinal);

    private static IEnumerable<AgentEvent> Answer(AgentRequest request) => request.Trigger switch
    {
        AgentTrigger.CallStarted => Words(Greeting),
        AgentTrigger.CallerSaid said when said.Text.Contains("table", StringComparison.Ordinal) => Words(Offer),
        AgentTrigger.CallerSaid said when said.Text.Contains("please", StringComparison.Ordinal) => [.. Words(Goodbye), new AgentEvent.EndCall()],
        AgentTrigger.CallerSilent => Words("Are you still there?"),
        AgentTrigger.NotUnderstood => Words("I did not catch that."),
        AgentTrigger.EndOfTime => Words("Time is up, goodbye."),
        _ => Words("Anything else?"),
    };

    // As a model streams them.
    private static IEnumerable<AgentEvent> Words(string text) => text.Split(' ').Select(word => new AgentEvent.Say(word + " "));
}
