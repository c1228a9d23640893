using Parley.Tests.Common.Speech;

namespace Parley.EndToEnd.Tests;

/// <summary>The program from the outside: what it prints and how it exits.</summary>
public sealed class CommandLineTests : IDisposable
{
    private static readonly Dictionary<string, string?> Nothing = [];
    private readonly DataFolder folder = new();

    [Theory]
    [InlineData("", "serve", "call", "tenant", "db", "speech", "replay")]
    [InlineData("serve", "--urls", "--data", "--sample-call")]
    [InlineData("call", "SCRIPT", "--server", "--json", "--max-seconds", "--fault")]
    [InlineData("tenant import", "FILE", "--data")]
    [InlineData("db migrate", "--data")]
    [InlineData("speech say", "TEXT", "FILE", "--voice")]
    [InlineData("speech transcribe", "FILE")]
    [InlineData("replay", "FILE", "--key", "--log", "--speed", "--agent")]
    public async Task Each_command_explains_itself(string command, params string[] named)
    {
        var (exit, output, errors) = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        exit.ShouldBe(0, errors);
        foreach (var name in named)
            output.ShouldContain(name);
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("serve", "--port", "5")]
    [InlineData("tenant", "import")]
    [InlineData("replay", "none.parleycap", "--speed", "0")]
    [InlineData("replay", "none.parleycap", "--agent", "other")]
    public async Task Wrong_usage_is_refused(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        exit.ShouldBe(2, errors);
    }

    [Fact]
    public async Task A_captured_call_is_replayed_and_logged_the_same_each_time()
    {
        foreach (var log in (string[])["first.log", "second.log"])
        {
            var (exit, output, errors) = await RunAsync("replay", Capture("transfer"), "--agent", "live", "--log", folder.File(log));
            exit.ShouldBe(0, errors + output);
            output.ShouldContain("Same as captured.");
            output.ShouldContain("end: Transferred");
        }

        var first = await File.ReadAllBytesAsync(folder.File("first.log"), TestContext.Current.CancellationToken);
        var second = await File.ReadAllBytesAsync(folder.File("second.log"), TestContext.Current.CancellationToken);
        first.Length.ShouldBeGreaterThan(10_000);
        second.AsSpan().SequenceEqual(first).ShouldBeTrue();
    }

    [Fact]
    public async Task Files_that_are_no_whole_capture_are_told_apart_by_their_error()
    {
        var whole = await File.ReadAllBytesAsync(Capture("transfer"), TestContext.Current.CancellationToken);
        var damaged = whole.ToArray();
        damaged[^100] ^= 1;
        await File.WriteAllBytesAsync(folder.File("cut"), whole[..^100], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.File("damaged"), damaged, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("other"), "slug: luigis", TestContext.Current.CancellationToken);

        foreach (var (name, error) in (IEnumerable<(string, string)>)
            [("cut", "cut short"), ("damaged", "damaged or was changed"), ("other", "not a capture"), ("none", "Could not find")])
        {
            var (exit, output, errors) = await RunAsync("replay", folder.File(name));
            exit.ShouldBe(2, name);
            errors.ShouldContain(error);
            output.Contains("Same as captured", StringComparison.Ordinal).ShouldBe(name == "cut", "of what is there");
        }
    }

    [Fact]
    public async Task Tenants_are_imported_into_a_migrated_database()
    {
        var data = folder.File("data");
        var (exit, output, errors) = await RunAsync("db", "migrate", "--data", data);
        exit.ShouldBe(0, errors);
        output.ShouldContain("up to date");

        (exit, output, errors) = await RunAsync("tenant", "import", Path.Combine(Repository.Tenants, "luigis.yaml"), "--data", data);
        exit.ShouldBe(0, errors);
        output.ShouldContain("Imported Luigi's Trattoria (luigis), answering +12125550101.");

        var bad = folder.File("bad.yaml");
        await File.WriteAllTextAsync(bad, "slug: bad\nname: Bad\nkind: castle\ntime_zone: Mars/Olympus\ngreeting: Hello.\n", TestContext.Current.CancellationToken);
        (exit, _, errors) = await RunAsync("tenant", "import", bad, "--data", data);
        exit.ShouldBe(2, errors);
        errors.ShouldContain("bad.yaml:3:");
        errors.ShouldContain("bad.yaml:4:");

        (exit, _, errors) = await RunAsync("tenant", "import", folder.File("missing.yaml"), "--data", data);
        exit.ShouldBe(2, errors);
        errors.ShouldContain("missing.yaml");
        Directory.GetFiles(data, "postmaster.pid", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_said_into_a_file_is_understood_again()
    {
        const string text = "I would like to book a table for two people tomorrow evening.";
        var file = folder.File("said.wav");
        var (exit, output, errors) = await RunAsync("speech", "say", text, file);
        exit.ShouldBe(0, errors);

        (exit, output, errors) = await RunAsync("speech", "transcribe", file);
        exit.ShouldBe(0, errors);
        WordErrorRate.Compute(text, output).ShouldBe(0, output);
    }

    [Fact]
    public async Task A_file_that_is_no_recording_is_refused()
    {
        var file = folder.File("no.wav");
        await File.WriteAllTextAsync(file, "no recording", TestContext.Current.CancellationToken);
        var (exit, _, errors) = await RunAsync("speech", "transcribe", file);
        exit.ShouldBe(2, errors);
        errors.ShouldNotContain("   at Parley");
    }

    [Fact]
    public async Task A_wrong_configuration_is_reported_whole()
    {
        var (exit, _, errors) = await ParleyProcess.RunAsync(
            folder.Path,
            new Dictionary<string, string?>
            {
                ["Twilio__AccountSid"] = "AC12",
                ["Gateway__MaxCalls"] = "0",
                ["Conversation__IdleMs"] = "1",
                ["Speech__RecognitionThreads"] = "99",
            },
            "serve", "--urls", "http://127.0.0.1:0", "--data", folder.File("data"));
        exit.ShouldBe(2, errors);
        errors.ShouldContain("Twilio:AccountSid must be AC");
        errors.ShouldContain("Gateway:MaxCalls must be between");
        errors.ShouldContain("Conversation:IdleMs must be between");
        errors.ShouldContain("Speech:RecognitionThreads must be");
        errors.ShouldNotContain("   at Parley");
        Directory.Exists(folder.File("data")).ShouldBeFalse("nothing is started with a wrong configuration");
    }

    [Theory]
    [InlineData("Gateway__MaxCalls", "many", "Gateway:MaxCalls")]
    [InlineData("Urls", "nowhere", "nowhere")]
    public async Task A_value_of_the_wrong_kind_is_named(string variable, string value, string named)
    {
        var (exit, _, errors) = await ParleyProcess.RunAsync(
            folder.Path, new Dictionary<string, string?> { [variable] = value }, "serve", "--data", folder.File("data"));
        exit.ShouldBe(2, errors);
        errors.ShouldContain(named);
        errors.ShouldNotContain("   at ");
        Directory.Exists(folder.File("data")).ShouldBeFalse("nothing is started with a wrong configuration");
    }

    [Fact]
    public async Task A_call_to_nobody_fails()
    {
        var (exit, output, _) = await RunAsync("call", Path.Combine(Repository.Audio, "hours.yaml"), "--server", "http://127.0.0.1:1");
        exit.ShouldBe(3, output);
        output.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task A_call_without_a_script_fails()
    {
        var (exit, output, _) = await RunAsync("call", folder.File("missing.yaml"));
        exit.ShouldBe(2, output);
        output.ShouldContain("missing.yaml");
    }

    public void Dispose() => folder.Dispose();

    private static string Capture(string name) => Path.Combine(Repository.Root, "tests", "captures", name + ".parleycap");

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params IReadOnlyList<string> arguments) =>
        ParleyProcess.RunAsync(folder.Path, Nothing, arguments);
}
