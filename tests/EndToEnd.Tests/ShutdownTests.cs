using System.Globalization;
using System.Net;
using Parley.Calling;
using Parley.Conversation.Agents;

namespace Parley.EndToEnd.Tests;

/// <summary>How a serving process ends, and what is left of its calls.</summary>
public sealed class ShutdownTests : IDisposable
{
    private readonly DataFolder data = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };

    public ShutdownTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "signals and /proc are looked at");

    [Fact]
    public async Task A_server_that_is_asked_to_stop_lets_a_call_finish()
    {
        var (program, address) = await ParleyProcess.ServeAsync(data);
        await using (program)
        {
            var postgres = PostgresId();
            var source = new HttpCallResultSource(address, await program.KeyAsync(), http);
            var (call, caller, running) = Begin(address);
            await UntilTurnsAsync(source, call.CallSid, agent: 1);

            await program.TerminateAsync();
            await Until.TrueAsync(async () => (await http.GetAsync(new Uri(address, "/health/ready"))).StatusCode == HttpStatusCode.ServiceUnavailable);

            // The caller's question is asked and answered by a server that takes no other calls.
            var before = (await source.FindAsync(call.CallSid, default))!.Turns.Count;
            before.ShouldBeLessThan(4);
            await UntilTurnsAsync(source, call.CallSid, agent: 2);
            program.HasExited.ShouldBeFalse();
            caller.HangUp();

            (await running).End.ShouldBe(CallEnd.CallerHungUp);
            (await program.ExitAsync()).ShouldBe(0, program.Errors);
            IsRunning(postgres).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_server_that_is_killed_leaves_its_calls_to_the_next()
    {
        var (first, address) = await ParleyProcess.ServeAsync(data);
        string key;
        string callSid;
        await using (first)
        {
            key = await first.KeyAsync();
            var (call, _, running) = Begin(address);
            callSid = call.CallSid;
            await UntilTurnsAsync(new HttpCallResultSource(address, key, http), callSid, agent: 2);
            await first.KillAsync();
            await Should.ThrowAsync<CallFailedException>(running);
        }

        var (second, again) = await ParleyProcess.ServeAsync(data);
        await using (second)
        {
            var postgres = PostgresId();
            var result = (await new HttpCallResultSource(again, key, http).FindAsync(callSid, default)).ShouldNotBeNull();
            result.Turns.Count(t => t.Speaker == Speaker.Agent).ShouldBeGreaterThanOrEqualTo(2);
            result.Turns.ShouldContain(t => t.Speaker == Speaker.Caller && t.GeneratedText.Contains("Sunday", StringComparison.Ordinal));
            await second.TerminateAsync();
            (await second.ExitAsync()).ShouldBe(0, second.Output);
            IsRunning(postgres).ShouldBeFalse();
        }
    }

    public void Dispose()
    {
        http.Dispose();
        data.Dispose();
    }

    // One question, and then a caller who stays on the line.
    private (TwilioCall Call, SteadyCaller Caller, Task<CallOutcome> Running) Begin(Uri address)
    {
        var script = Repository.Script("hours");
        script = script with { Steps = [script.Steps[0], new CallStep { WaitMs = 60_000, Trigger = StepTrigger.Now }], MaxSilenceMs = 90_000 };
        var call = new TwilioCall(new TwilioCallOptions { Server = address, From = script.From, To = script.To }, http, TimeProvider.System);
        var caller = new SteadyCaller(new ScriptedCaller(script));
        return (call, caller, call.RunAsync(caller, TestContext.Current.CancellationToken));
    }

    private static Task UntilTurnsAsync(HttpCallResultSource source, string callSid, int agent) => Until.TrueAsync(async () =>
        (await source.FindAsync(callSid, TestContext.Current.CancellationToken))?.Turns.Count(t => t.Speaker == Speaker.Agent) >= agent);

    private int PostgresId() => int.Parse(
        File.ReadLines(Directory.GetFiles(data.Path, "postmaster.pid", SearchOption.AllDirectories).Single()).First(), CultureInfo.InvariantCulture);

    // A process that nobody has waited for keeps its number, but not its command line.
    private static bool IsRunning(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            // No such process, or gone while we looked.
            return false;
        }
    }
}
