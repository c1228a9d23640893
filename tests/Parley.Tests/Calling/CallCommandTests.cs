using System.Text.Json.Nodes;
using Parley.Calling;
using Parley.Conversation.Audio;
using Spectre.Console;

namespace Parley.Tests.Calling;

public sealed class CallCommandTests : IDisposable
{
    private const string Found = """
        {"id":"019336a0-0000-7000-8000-000000000001","tenant":"luigis","endReason":"AgentEnded","endIsFinal":true,"intent":"Booking",
         "turns":[{"speaker":"agent","generatedText":"Hi.","sentText":"Hi.","heardText":"Good evening at Luigi's."},
                  {"speaker":"Caller","generatedText":"Hello.","sentText":"Hello.","heardText":"Hello."},
                  {"speaker":"Agent","heardText":"Goodbye.","times":{"speechEndMs":1000,"endOfTurnMs":1200,"firstFrameSentMs":1400}}],
         "lead":{"intent":"Booking","status":"confirmed","name":"Daniel Carter","partySize":4,"requestedFor":"2099-12-24T19:30:00"},
         "messages":[{"type":"reservation_link","to":"+14155550123","body":"x","status":"sent"},{"type":"recap"}]}
        """;

    private const string Expectations = """
          intent: booking
          status: confirmed
          party_size: 4
          name: daniel carter
          requested_for: 2099-12-24 19:30
          messages: [recap, reservation_link]
          end_reason: agent_ended
          agent_says: [good evening, /good(bye|night)/]
          agent_never_says: [pizza]
          max_turn_latency_ms: 100000
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-call");
    private readonly StringWriter output = new();

    public void Dispose()
    {
        folder.Delete(recursive: true);
        output.Dispose();
    }

    [Fact]
    public async Task A_call_that_comes_to_what_is_expected_is_recorded_reported_and_ends_with_0()
    {
        await using var server = await StartAsync();
        var wav = Path.Combine(folder.FullName, "call.wav");
        var json = Path.Combine(folder.FullName, "report.json");

        (await RunAsync(server, Expectations, "--record", wav, "--json", json, "--timeline")).ShouldBe(0);

        var printed = output.ToString();
        printed.ShouldContain("caller  Hello there.");
        printed.ShouldContain("agent   Goodbye.");
        printed.ShouldContain("end of turn         200 ms");
        var report = JsonNode.Parse(await File.ReadAllTextAsync(json))!;
        report["latencies"]!.AsArray().Count.ShouldBe(2);
        ((string)report["latencies"]![1]!["caller"]!).ShouldBe("Hello there.");
        report["expectations"]!.AsArray().Count.ShouldBe(11);
        ((bool)report["met"]!).ShouldBeTrue();

        using var stream = File.OpenRead(wav);
        var audio = WavFile.Read(stream);
        (audio.SampleRate, audio.Channels).ShouldBe((8000, 2));
        // 200 ms of caller left; 100 ms of greeting and 100 ms of goodbye right. A tenth of the tone's samples are zero crossings.
        audio.Channel(0).Count(s => s != 0).ShouldBe(1440);
        audio.Channel(1).Count(s => s != 0).ShouldBe(1440);
    }

    [Fact]
    public async Task Every_expectation_that_is_not_met_is_named_and_the_call_ends_with_1()
    {
        await using var server = await StartAsync();
        (await RunAsync(server, Expectations.Replace("party_size: 4", "party_size: 5", StringComparison.Ordinal)
            .Replace("19:30", "19:31", StringComparison.Ordinal).Replace("pizza", "goodbye", StringComparison.Ordinal), "--quiet")).ShouldBe(1);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3, "quiet prints nothing else");
        lines.ShouldContain(l => l.Contains("party_size: expected 5, got 4"));
        lines.ShouldContain(l => l.Contains("requested_for: expected 2099-12-24 19:31"));
        lines.ShouldContain(l => l.Contains("agent_never_says: expected goodbye, got said"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_3()
    {
        Uri gone;
        await using (var server = await StartAsync())
            gone = server.Url;
        (await RunAsync(gone, "  intent: booking")).ShouldBe(3);
        output.ToString().ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task A_refused_key_ends_with_3()
    {
        await using var server = await StartAsync();
        server.Record = _ => (403, "{}");
        (await RunAsync(server, "  intent: booking")).ShouldBe(3);
        output.ToString().ShouldContain("403");
    }

    [Fact]
    public async Task A_script_without_its_recording_ends_with_2_and_the_line()
    {
        await using var server = await StartAsync();
        File.WriteAllText(Script, "name: x\nfrom: \"+14155550123\"\nto: \"+12125550101\"\nturns:\n  - say: nothing.wav\n");
        (await Invoke(server.Url)).ShouldBe(2);
        output.ToString().ShouldContain("script.yaml:5:");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--server", "ftp://x")]
    [InlineData("--max-seconds", "0")]
    [InlineData("--fault", "explode")]
    [InlineData("--fault", "cut")]
    [InlineData("--record", "/nowhere/at/all/x.wav")]
    public async Task A_bad_option_ends_with_2(string option, string value)
    {
        Write("  party_size: 4");
        (await Invoke(option == "--server" ? null : new Uri("http://127.0.0.1:9"), option, value)).ShouldBe(2);
    }

    private string Script => Path.Combine(folder.FullName, "script.yaml");

    private static async Task<FakeParley> StartAsync()
    {
        var server = await FakeParley.StartAsync();
        server.Record = _ => (200, Found);
        server.Stream = async stream =>
        {
            await stream.NextAsync("start");
            await stream.SpeakAsync(100, "greeting");
            await stream.HearAsync();
            await stream.SpeakAsync(100, "bye");
            await stream.MarkAsync("bye");
        };
        return server;
    }

    private void Write(string expectations)
    {
        var samples = new short[1600];
        MuLaw.Decode(Sounds.Tone(200), samples);
        using (var wav = File.Create(Path.Combine(folder.FullName, "hello.wav")))
            WavFile.Write(wav, samples, 8000);
        File.WriteAllText(Script, $"""
            name: Test
            from: "+14155550123"
            to: "+12125550101"
            turns:
              - say: hello.wav
                text: Hello there.
            expect:
            {expectations}

            """);
    }

    private Task<int> RunAsync(FakeParley server, string expectations, params string[] options) =>
        RunAsync(server.Url, expectations, options);

    private Task<int> RunAsync(Uri server, string expectations, params string[] options)
    {
        Write(expectations);
        return Invoke(server, options);
    }

    private Task<int> Invoke(Uri? server, params string[] options)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 500;
        string[] to = server is null ? [] : ["--server", server.AbsoluteUri];
        return CallCommand.Create(console: console).Parse([Script, "--api-key", "key", .. to, .. options]).InvokeAsync();
    }
}
