using System.CommandLine;
using System.Globalization;
using Parley.Conversation;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Replay;
using Parley.Conversation.Vad;

namespace Parley.Commands;

/// <summary><c>parley replay FILE</c>: 0 when the call goes as it was captured, 1 when it does not, 2 for a file that is not whole.</summary>
internal static class ReplayCommand
{
    private const int Differs = 1;
    private const int MostShown = 200;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A capture (*.parleycap); see the setting Capture:Enabled." };
        var key = new Option<string?>("--key") { Description = "Base64 of the key of an encrypted capture (default: setting Capture:Key)." };
        var log = new Option<FileInfo?>("--log") { Description = "Write every event and output into this text file." };
        var speed = new Option<double?>("--speed") { Description = "1 replays in real time, 10 ten times faster (default: as fast as it goes)." };
        speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (> 0 and <= 1000)))
                result.AddError("--speed is above 0 and at most 1000.");
        });
        var agent = new Option<string>("--agent")
        {
            Description = "'live' asks the present agent as well, and compares what it answers.", DefaultValueFactory = _ => "captured",
        };
        agent.AcceptOnlyFromAmong("captured", "live");
        var replay = new Command("replay", "Run a captured call again and tell what is different.") { file, key, log, speed, agent };
        replay.SetAction((parsed, cancellation) => CommandHost.RunAsync(() => ReplayAsync(
            parsed.GetValue(file)!, parsed.GetValue(key), parsed.GetValue(log), parsed.GetValue(speed), parsed.GetValue(agent) == "live",
            cancellation)));
        return replay;
    }

    private static async Task<int> ReplayAsync(
        FileInfo file, string? key, FileInfo? logFile, double? speed, bool liveAgent, CancellationToken cancellation)
    {
        var builder = CommandHost.CreateBuilder();
        builder.Services.AddConversation(builder.Configuration);
        await using var app = builder.Build();

        CapturedCall call;
        await using (var stream = new BufferedStream(file.OpenRead()))
            call = CapturedCall.Read(stream, key ?? builder.Configuration[$"{CaptureOptions.Section}:{nameof(CaptureOptions.Key)}"]);

        var clock = app.Services.GetRequiredService<TimeProvider>();
        var parts = new ReplayParts(
            app.Services.GetRequiredService<IVoiceActivityDetectorFactory>(), app.Services.GetRequiredService<ConversationMetrics>(),
            liveAgent ? app.Services.GetRequiredService<ICallAgent>() : null);
        await using var log = logFile is null ? TextWriter.Null : new StreamWriter(logFile.FullName) { NewLine = "\n" };
        var started = clock.GetTimestamp();
        var report = await CallReplay.RunAsync(call, parts, log, speed is { } factor ? Pace : null, cancellation);
        Print(call, report, clock.GetElapsedTime(started));
        return report.IsSame ? call.IsTruncated ? CommandHost.Failed : CommandHost.Ok : Differs;

        Task Pace(long atMs)
        {
            var left = TimeSpan.FromMilliseconds(atMs / factor) - clock.GetElapsedTime(started);
            return left > TimeSpan.Zero ? Task.Delay(left, clock, cancellation) : Task.CompletedTask;
        }
    }

    private static void Print(CapturedCall call, ReplayReport report, TimeSpan took)
    {
        var header = call.Header;
        Say($"Call {header.CallId} to {header.Tenant} from {header.Caller ?? "a withheld number"}, {header.StartedAt:yyyy-MM-dd HH:mm} UTC{(header.Resumed ? ", resumed" : "")}");
        var factor = report.DurationMs / Math.Max(1, took.TotalMilliseconds);
        Say($"Replayed {report.DurationMs / 1000.0:0.0} s in {took.TotalSeconds:0.00} s ({factor:0} times real time): {report.Events} events, {report.Turns} turns, end: {report.End ?? "not reached"}");
        foreach (var difference in report.Differences)
        {
            Say($"{difference.AtMs,8} ms  {difference.What}");
            Say($"             captured: {Short(difference.Captured)}");
            Say($"             replayed: {Short(difference.Replayed)}");
        }

        if (call.IsTruncated)
            Console.Error.WriteLine("The capture is cut short: it was replayed up to the end of its last whole block.");
        Say($"{(report.IsSame ? "Same as captured" : "Different from what was captured")}.");
    }

    private static string Short(string? text) => text switch
    {
        null => "-",
        { Length: > MostShown } => string.Concat(text.AsSpan(0, MostShown), "..."),
        _ => text,
    };

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
