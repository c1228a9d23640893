using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Replay;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Capture;

/// <summary>Captures scripted calls in memory.</summary>
internal static class CapturedRig
{
    public static readonly string Key = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    /// <summary>The capture of a call with a booking's worth of turns.</summary>
    public static Task<byte[]> CaptureAsync(string? key = null) => CaptureAsync(Converse, key);

    /// <summary>The capture of a call.</summary>
    public static async Task<byte[]> CaptureAsync(Action<CallRig> play, string? key = null, Action<CallRig>? prepare = null)
    {
        var file = new MemoryStream();
        using var captures = Captures(new CaptureOptions { Enabled = true, Key = key }, _ => file);
        await captures.StartAsync(CancellationToken.None);
        using (var rig = new CallRig { Captures = captures })
        {
            prepare?.Invoke(rig);
            play(rig);
        }

        await captures.StopAsync(CancellationToken.None);
        return file.ToArray();
    }

    public static CallCaptures Captures(CaptureOptions options, Func<string, Stream> create, ILogger<CallCaptures>? log = null)
    {
        options.Directory ??= "no-such-folder";
        return new CallCaptures(Options.Create(options), TimeProvider.System, log ?? new LogLines(), create);
    }

    public static CapturedCall Read(byte[] file, string? key = null) => CapturedCall.Read(new MemoryStream(file), key);

    public static ReplayParts Parts(ICallAgent? agent = null) => new(new LoudnessDetector(), new ConversationMetrics(new NoMeters()), agent);

    /// <summary>A call of about half a minute in which the caller interrupts once and hangs up.</summary>
    public static void Converse(CallRig rig)
    {
        rig.Start().UntilAgentDone();
        rig.Say("I want a table for four people.").UntilAgentSpeaks();
        rig.Wait(1200).Say("No wait, make it five people please.").UntilAgentDone();
        rig.Press("12#").UntilAgentDone();
        rig.Wait(5000).HangUp().Wait(100);
        rig.IsOver.ShouldBeTrue();
    }

    internal sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILogger<CallCaptures>
{
    private readonly List<(int Id, string Text)> lines = [];

    public IReadOnlyList<(int Id, string Text)> Lines
    {
        get
        {
            lock (lines)
                return [.. lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
            lines.Add((eventId.Id, formatter(state, exception)));
    }
}
