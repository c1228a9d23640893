using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Flags;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Capture;

/// <summary>
/// Captures calls into files and keeps the files in bounds. Calls hand over blocks and go on at once; one writer compresses, encrypts and writes
/// them. When it cannot keep up, or the disk refuses, a capture is given up with one line in the log; its call never notices.
/// </summary>
public sealed class CallCaptures : IHostedService, IDisposable
{
    /// <summary>How the names of captures end.</summary>
    public const string Extension = ".parleycap";

    private static readonly TimeSpan CleaningInterval = TimeSpan.FromMinutes(10);

    private readonly Channel<Job> jobs = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<CaptureFile> open = [];
    private readonly CaptureOptions options;
    private readonly byte[]? key;
    private readonly TimeProvider clock;
    private readonly ILogger<CallCaptures> log;
    private readonly Func<string, Stream> create;
    private readonly CancellationTokenSource stopping = new();
    private Task writing = Task.CompletedTask;
    private Task cleaning = Task.CompletedTask;
    private long queuedBytes;

    /// <summary>Captures as <paramref name="options"/> say.</summary>
    public CallCaptures(IOptions<CaptureOptions> options, TimeProvider clock, ILogger<CallCaptures> log)
        : this(options, clock, log, Create)
    {
    }

    internal CallCaptures(IOptions<CaptureOptions> options, TimeProvider clock, ILogger<CallCaptures> log, Func<string, Stream> create)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Value;
        this.clock = clock;
        this.log = log;
        this.create = create;
        if (!CaptureKey.TryParse(this.options.Key, out key))
            throw new ArgumentException("The key of captures must be the base64 of 32 bytes.", nameof(options));
    }

    /// <summary>Bytes that wait to be written.</summary>
    internal long QueuedBytes => Interlocked.Read(ref queuedBytes);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Off the caller's thread and context: the disk may be slow from the first byte on.
        writing = Task.Run(WriteAsync, CancellationToken.None);
        cleaning = Task.Run(CleanAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // What calls have handed over is still written.
        jobs.Writer.TryComplete();
        await stopping.CancelAsync();
        await Task.WhenAll(writing, cleaning).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    /// <summary>The calls of which something is captured here, or is being captured.</summary>
    public IReadOnlySet<Guid> Calls()
    {
        var calls = CaptureRetention.Calls(options);
        lock (open)
            calls.UnionWith(open.Select(static file => file.CallId));
        return calls;
    }

    /// <summary>Deletes what was captured of calls, and stops capturing those that go on; returns how many files.</summary>
    /// <exception cref="IOException">A file cannot be deleted; all others are.</exception>
    public int Remove(IReadOnlySet<Guid> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        lock (open)
        {
            foreach (var file in open.Where(file => calls.Contains(file.CallId)))
                file.GiveUp();
        }

        return calls.Count == 0 ? 0 : CaptureRetention.Remove(options, calls);
    }

    /// <summary>What captures a call; null when it is not to be captured.</summary>
    internal CallRecorder? Open(CallContext call, CallServices services, PipelineOptions pipeline, ResumePoint? resume)
    {
        if (!(call.Tenant.Capture ?? options.Enabled) || services.Features?.For(call.Tenant.Id).Has(Features.Recording) == false)
            return null;

        var header = new CaptureHeader
        {
            CallId = call.CallId,
            Tenant = call.Tenant.Slug,
            StartedAt = clock.GetUtcNow(),
            Caller = Mask(call.CallerNumber),
            Called = Mask(call.CalledNumber) ?? "",
            Agent = services.Agent.Name,
            Recogniser = services.SpeechToText.Name,
            Voice = services.TextToSpeech.Name,
            Resumed = resume is not null,
        };
        var head = JsonSerializer.SerializeToUtf8Bytes(new CaptureHead(call, pipeline, CaptureResume.Of(resume, services.Agent)), CaptureJson.Options);
        return new CallRecorder(this, new CaptureFile(header, key), head);
    }

    /// <summary>Takes a block to be written. False when the capture is given up.</summary>
    internal bool HandOver(CaptureFile file, RecordWriter block, bool last)
    {
        var length = block.Length;
        var fits = Interlocked.Add(ref queuedBytes, length) <= options.MaxQueuedBytes;
        if (fits && !file.IsGivenUp && jobs.Writer.TryWrite(new Job(file, block, length, last)))
            return true;

        Interlocked.Add(ref queuedBytes, -length);
        block.Dispose();
        if (!fits && file.GiveUp())
            ConversationLog.CaptureTooSlow(log, file.CallId);

        // The writer closes the file behind what it has of it.
        jobs.Writer.TryWrite(new Job(file, null, 0, Last: true));
        return false;
    }

    private async Task WriteAsync()
    {
        await foreach (var job in jobs.Reader.ReadAllAsync(CancellationToken.None))
            await WriteAsync(job);

        // Calls that did not end before the server did.
        foreach (var file in open)
            await CloseAsync(file);
    }

    private async Task WriteAsync(Job job)
    {
        try
        {
            if (job.Block is { } block)
            {
                lock (open)
                    open.Add(job.File);
                if (!job.File.IsGivenUp)
                    await job.File.WriteAsync(block.Memory, job.Last, options.Folder, create);
            }
        }
        catch (Exception e)
        {
            // Whatever the disk says, calls and other captures go on.
            if (job.File.GiveUp())
                ConversationLog.CaptureFailed(log, job.File.CallId, e);
        }
        finally
        {
            job.Block?.Dispose();
            Interlocked.Add(ref queuedBytes, -job.Length);
        }

        if (job.Last || job.File.IsGivenUp)
        {
            lock (open)
                open.Remove(job.File);
            await CloseAsync(job.File);
        }
    }

    private async Task CloseAsync(CaptureFile file)
    {
        try
        {
            await file.DisposeAsync();
        }
        catch (Exception e)
        {
            // The last bytes may be refused as well.
            if (file.GiveUp())
                ConversationLog.CaptureFailed(log, file.CallId, e);
        }
    }

    private async Task CleanAsync()
    {
        using var timer = new PeriodicTimer(CleaningInterval, clock);
        try
        {
            do
            {
                Clean();
            }
            while (await timer.WaitForNextTickAsync(stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Clean()
    {
        HashSet<string> busy;
        lock (open)
            busy = [.. open.Select(f => f.Path).OfType<string>()];
        try
        {
            var deleted = CaptureRetention.Clean(options, clock.GetUtcNow(), busy);
            if (deleted > 0)
                ConversationLog.CapturesDeleted(log, deleted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next time brings the next chance.
            ConversationLog.CapturesNotDeleted(log, e);
        }
    }

    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    // Country code, as far as two digits, and the last two digits.
    private static string? Mask(string? number) => number switch
    {
        null => null,
        { Length: > 7 } when number[0] == '+' => string.Concat(number.AsSpan(0, 3), "***", number.AsSpan(number.Length - 2)),
        _ => "***",
    };

    private readonly record struct Job(CaptureFile File, RecordWriter? Block, int Length, bool Last);
}
