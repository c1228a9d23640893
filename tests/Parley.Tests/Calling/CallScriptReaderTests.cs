using Parley.Calling;
using Parley.Tests.Common;

namespace Parley.Tests.Calling;

public class CallScriptReaderTests
{
    private const string Head = """
        name: Test
        from: "+14155550123"
        to: "+12125550101"

        """;

    [Fact]
    public void A_whole_script_is_read()
    {
        var script = Read(Head + """
            zone: Europe/Rome
            dial: no-answer
            max_silence_ms: 9000
            turns:
              - say: a.wav
                text: Hello.
              - say: b.wav
                interrupt_after_ms: 1500
              - press: "12#"
                after_ms: 100
              - wait_ms: 700
              - say: c.wav
                when: now
                optional: true
              - hang_up: true
            expect:
              intent: booking
              party_size: 4
              requested_for: tomorrow 19:30
              messages: [recap, reservation_link]
              agent_says: [Sunday, /ten|eleven/]
              max_turn_latency_ms: 900
              transfer_to: "+12125550199"
            """);
        script.Name.ShouldBe("Test");
        script.Zone.ShouldBe("Europe/Rome");
        script.DialStatus.ShouldBe("no-answer");
        script.MaxSilenceMs.ShouldBe(9000);
        script.Steps.Select(s => (s.Trigger, s.AfterMs)).ShouldBe(
        [
            (StepTrigger.AgentDone, 300), (StepTrigger.Interrupt, 1500), (StepTrigger.AgentDone, 100), (StepTrigger.Now, 0),
            (StepTrigger.Now, 0), (StepTrigger.AgentDone, 300),
        ]);
        script.Steps[0].Text.ShouldBe("Hello.");
        script.Steps[2].Press.ShouldBe("12#");
        script.Steps[3].WaitMs.ShouldBe(700);
        script.Steps[4].Optional.ShouldBeTrue();
        script.Steps[5].HangUp.ShouldBeTrue();
        script.Expect.PartySize.ShouldBe(4);
        script.Expect.RequestedFor!.ToString().ShouldBe("tomorrow 19:30");
        script.Expect.Messages.ShouldBe(["recap", "reservation_link"]);
        script.Expect.AgentSays.ShouldBe(["Sunday", "/ten|eleven/"]);
        script.Expect.TransferTo.ShouldBe("+12125550199");
    }

    [Theory]
    [InlineData("turns: []", 4, "at least one step")]
    [InlineData("turns:\n  - say: a.wav\n    wen: now", 6, "'wen' is not known")]
    [InlineData("turns:\n  - say: a.wav\n    press: \"1\"", 5, "exactly one of")]
    [InlineData("turns:\n  - press: \"1x\"", 5, "keys are")]
    [InlineData("turns:\n  - say: a.wav\n    after_ms: -5", 6, "whole number")]
    [InlineData("turns:\n  - say: a.wav\n    when: later", 6, "agent-done or now")]
    [InlineData("turns:\n  - say: a.wav\n    when: now\n    interrupt_after_ms: 5", 7, "excludes")]
    [InlineData("turns:\n  - say: missing.wav", 5, "no such recording")]
    [InlineData("turns:\n  - hang_up: true\nexpect:\n  requested_for: soon", 7, "tomorrow 19:30")]
    [InlineData("turns:\n  - hang_up: true\nexpect:\n  agent_says: [/(/]", 7, "regular expression")]
    [InlineData("zone: Mars/Base\nturns:\n  - hang_up: true", 4, "unknown time zone")]
    [InlineData("dial: maybe\nturns:\n  - hang_up: true", 4, "dial is one of")]
    [InlineData("name: Again\nturns:\n  - hang_up: true", 4, "")]
    [InlineData("turns: [", 5, "")]
    public void An_error_names_file_line_and_cause(string rest, int line, string cause)
    {
        var message = Should.Throw<CallScriptException>(() => Read(Head + rest)).Message;
        message.ShouldStartWith($"t.yaml:{line}: ");
        message.ShouldContain(cause);
    }

    [Theory]
    [InlineData("")]
    [InlineData("just text")]
    [InlineData("name: x\nturns:\n  - hang_up: true")]
    [InlineData("name: x\nfrom: 5\nto: \"+12125550101\"\nturns:\n  - hang_up: true")]
    public void What_is_no_script_is_refused(string yaml) => Should.Throw<CallScriptException>(() => Read(yaml));

    [Fact]
    public void Every_sample_script_is_valid()
    {
        var files = Directory.GetFiles(RepositoryFiles.PathTo("samples", "audio"), "*.yaml")
            .Where(f => Path.GetFileName(f) != "manifest.yaml").ToArray();
        files.Length.ShouldBeGreaterThanOrEqualTo(6);
        foreach (var file in files)
        {
            using var text = File.OpenText(file);
            CallScriptReader.Read(text, file, _ => Sounds.Speech(100)).Steps.ShouldNotBeEmpty();
        }
    }

    private static CallScript Read(string yaml) => CallScriptReader.Read(new StringReader(yaml), "t.yaml",
        name => name == "missing.wav" ? throw new CallScriptException("no such recording") : Sounds.Speech(100));
}
