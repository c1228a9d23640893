using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Capture;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.Capture;

public sealed class CallCapturesTests : IDisposable
{
    private const int TooSlow = 1020;
    private const int Failed = 1021;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-captures");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    public async Task The_tenant_decides_and_else_the_installation(bool enabled, bool? tenant, bool captured)
    {
        await PlayAsync(new CaptureOptions { Enabled = enabled, Directory = folder.FullName }, tenant);

        Files().Length.ShouldBe(captured ? 1 : 0);
    }

    [Fact]
    public void Nothing_is_captured_by_default() => new CaptureOptions().Enabled.ShouldBeFalse();

    [Fact]
    public async Task A_capture_stands_in_the_folder_of_its_day_and_a_second_part_beside_it()
    {
        var options = new CaptureOptions { Enabled = true, Directory = folder.FullName };
        await PlayAsync(options);
        await PlayAsync(options);

        Files().ShouldBe(
        [
            "2026-11-20/01900000-0000-7000-8000-0000000000aa-2.parleycap",
            "2026-11-20/01900000-0000-7000-8000-0000000000aa.parleycap",
        ]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(folder.FullName, Files()[0])).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task A_full_disk_costs_the_capture_and_not_the_call()
    {
        var log = new LogLines();
        var file = new FullDisk((await CapturedRig.CaptureAsync()).Length - 100);
        using var captures = CapturedRig.Captures(new CaptureOptions { Enabled = true }, _ => file, log);
        await captures.StartAsync(CancellationToken.None);
        IReadOnlyList<string> transcript;
        using (var rig = new CallRig { Captures = captures })
        {
            CapturedRig.Converse(rig);
            transcript = rig.Transcript;
        }

        await captures.StopAsync(CancellationToken.None);

        transcript.ShouldBe(Expected());
        log.Lines.Where(l => l.Id == Failed).ShouldHaveSingleItem();
        log.Lines.ShouldAllBe(l => l.Id == Failed);
        captures.QueuedBytes.ShouldBe(0);
        file.IsClosed.ShouldBeTrue();
        CapturedRig.Read(file.ToArray()).IsTruncated.ShouldBeTrue("what was written before is whole");
    }

    [Fact]
    public async Task A_slow_disk_costs_the_capture_and_no_more_memory_than_allowed()
    {
        const int most = 90_000;
        var log = new LogLines();
        var file = new StuckDisk();
        using var captures = CapturedRig.Captures(new CaptureOptions { Enabled = true, MaxQueuedBytes = most }, _ => file, log);
        await captures.StartAsync(CancellationToken.None);
        using (var rig = new CallRig { Captures = captures })
        {
            CapturedRig.Converse(rig);
            rig.Transcript.ShouldBe(Expected());
            captures.QueuedBytes.ShouldBeLessThanOrEqualTo(most);
            log.Lines.Where(l => l.Id == TooSlow).ShouldHaveSingleItem();
        }

        file.Release();
        await captures.StopAsync(CancellationToken.None);

        captures.QueuedBytes.ShouldBe(0);
        log.Lines.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task After_a_capture_was_given_up_the_next_call_is_captured()
    {
        var files = new Queue<MemoryStream>([new FullDisk(0), new MemoryStream()]);
        var good = files.Last();
        using var captures = CapturedRig.Captures(new CaptureOptions { Enabled = true }, _ => files.Dequeue());
        await captures.StartAsync(CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            using var rig = new CallRig { Captures = captures };
            CapturedRig.Converse(rig);
        }

        await captures.StopAsync(CancellationToken.None);

        CapturedRig.Read(good.ToArray()).IsTruncated.ShouldBeFalse();
    }

    [Fact]
    public void A_captured_frame_allocates_nothing()
    {
        using var captures = CapturedRig.Captures(new CaptureOptions { Enabled = true }, _ => Stream.Null);
        using var rig = new CallRig();
        var call = new Parley.Conversation.Agents.CallContext(Guid.Empty, "CA1", rig.Tenant, null, "+12125550101", CallDirection.Inbound);
        var services = new CallServices(
            rig.Agent, rig.Recogniser, rig.Voice, new LoudnessDetector(), null!, null!, rig.Journal, null!, rig.Clock, NullLoggerFactory.Instance);
        rig.Start();
        using var recorder = captures.Open(call, services, rig.Options, null)!;
        recorder.Begin(new CallClock(rig.Clock));
        using var frame = AudioFrame.Rent(AudioFormat.Telephone, 160);
        recorder.Take(0, CallEvent.Audio(frame));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 200; i++)
            recorder.Take(i * 20, CallEvent.Audio(frame));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Old_captures_go_first_and_then_the_oldest_of_too_many()
    {
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        Write("2026-11-01/old.parleycap", 10, now.AddDays(-20));
        Write("2026-11-19/a.parleycap", 600, now.AddDays(-2));
        Write("2026-11-19/busy.parleycap", 600, now.AddDays(-3));
        Write("2026-11-20/b.parleycap", 600, now.AddDays(-1));
        Write("2026-11-20/other.txt", 600, now.AddDays(-100));
        var options = new CaptureOptions { Directory = folder.FullName, RetentionDays = 14, MaxTotalBytes = 1000 };

        CaptureRetention.Clean(options, now, new HashSet<string> { Path.Combine(folder.FullName, "2026-11-19/busy.parleycap") }).ShouldBe(2);

        Files().ShouldBe(["2026-11-19/busy.parleycap", "2026-11-20/b.parleycap", "2026-11-20/other.txt"]);
        Directory.Exists(Path.Combine(folder.FullName, "2026-11-01")).ShouldBeFalse("an empty day");
    }

    [Fact]
    public async Task A_call_that_is_to_be_forgotten_while_it_goes_on_is_captured_no_further()
    {
        var file = new FirstWrite();
        using var captures = CapturedRig.Captures(new CaptureOptions { Enabled = true, Directory = folder.FullName }, _ => file);
        await captures.StartAsync(CancellationToken.None);
        using (var rig = new CallRig { Captures = captures })
        {
            rig.Start().UntilAgentDone().Say("I want a table for four people.").UntilAgentDone();
            rig.Wait(4000).Say("No wait, make it five people please.").UntilAgentDone();
            await file.Begun;
            captures.Remove(new HashSet<Guid> { new("01900000-0000-7000-8000-0000000000ab") }).ShouldBe(0);

            captures.Remove(new HashSet<Guid> { new("01900000-0000-7000-8000-0000000000aa") });
            rig.HangUp().Wait(100);
        }

        await captures.StopAsync(CancellationToken.None);

        CapturedRig.Read(file.ToArray()).IsTruncated.ShouldBeTrue();
    }

    [Fact]
    public void Captures_of_forgotten_calls_are_deleted_with_all_their_parts()
    {
        var (gone, kept) = (new Guid("01900000-0000-7000-8000-000000000001"), new Guid("01900000-0000-7000-8000-000000000002"));
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        foreach (var name in (string[])[$"2026-11-19/{gone}.parleycap", $"2026-11-20/{gone}-2.parleycap", $"2026-11-20/{kept}.parleycap", "2026-11-20/short.parleycap"])
            Write(name, 10, now);
        var options = new CaptureOptions { Directory = folder.FullName };

        CaptureRetention.Remove(options, new HashSet<Guid> { gone }).ShouldBe(2);

        Files().ShouldBe([$"2026-11-20/{kept}.parleycap", "2026-11-20/short.parleycap"]);
        Directory.Exists(Path.Combine(folder.FullName, "2026-11-19")).ShouldBeFalse("an empty day");
        CaptureRetention.Remove(options, new HashSet<Guid> { gone }).ShouldBe(0);
        CaptureRetention.Remove(new CaptureOptions { Directory = folder.FullName + "-none" }, new HashSet<Guid> { gone }).ShouldBe(0);
    }

    [Fact]
    public void Zero_keeps_captures_for_ever()
    {
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        Write("2020-11-01/old.parleycap", 10, now.AddYears(-6));
        var options = new CaptureOptions { Directory = folder.FullName, RetentionDays = 0, MaxTotalBytes = 0 };

        CaptureRetention.Clean(options, now, new HashSet<string>()).ShouldBe(0);
        CaptureRetention.Clean(new CaptureOptions { Directory = folder.FullName + "-none" }, now, new HashSet<string>()).ShouldBe(0);
    }

    [Fact]
    public void Bad_options_are_all_reported_and_the_key_is_not()
    {
        var result = new CaptureOptionsValidator().Validate(
            null, new CaptureOptions { Key = "c2VjcmV0", MaxQueuedBytes = 10, RetentionDays = -1, MaxTotalBytes = -1 });

        result.Failures!.Count().ShouldBe(4);
        result.FailureMessage!.ShouldNotContain("c2VjcmV0");
        new CaptureOptionsValidator().Validate(null, new CaptureOptions { Key = CapturedRig.Key }).Succeeded.ShouldBeTrue();
        new CaptureOptionsValidator().Validate(null, new CaptureOptions()).Succeeded.ShouldBeTrue();
    }

    private static IReadOnlyList<string> Expected()
    {
        using var rig = new CallRig();
        CapturedRig.Converse(rig);
        return rig.Transcript;
    }

    private static async Task PlayAsync(CaptureOptions options, bool? tenant = null)
    {
        using var captures = new CallCaptures(Options.Create(options), new ManualClock(), NullLogger<CallCaptures>.Instance);
        await captures.StartAsync(CancellationToken.None);
        using (var rig = new CallRig { Captures = captures })
        {
            rig.Tenant = rig.Tenant with { Capture = tenant };
            rig.Start().UntilAgentDone().HangUp().Wait(100);
        }

        await captures.StopAsync(CancellationToken.None);
    }

    private string[] Files() =>
    [
        .. folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder.FullName, f.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    private void Write(string name, int length, DateTimeOffset at)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[length]);
        File.SetLastWriteTimeUtc(path, at.UtcDateTime);
    }

    /// <summary>Takes so many bytes and no more.</summary>
    private sealed class FullDisk(int room) : MemoryStream
    {
        public bool IsClosed { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Length + buffer.Length > room)
                throw new IOException("No space left on device");
            return base.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }

    /// <summary>Tells when it is begun.</summary>
    private sealed class FirstWrite : MemoryStream
    {
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => begun.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            begun.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>Takes nothing before it is released.</summary>
    private sealed class StuckDisk : MemoryStream
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await released.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
