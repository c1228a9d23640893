using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Parley.Persistence.Jobs;

/// <summary>
/// Does the jobs that follow calls: analyses, notifications, webhooks. When the server stops, what is in hand is given back and done by the next.
/// </summary>
internal sealed partial class JobWorker(JobQueue queue, TimeProvider time, ILogger<JobWorker> logger) : BackgroundService
{
    /// <summary>Jobs done at a time: most of them wait for somebody else's server.</summary>
    public const int Workers = 8;

    /// <summary>A job whose retry is due announces itself to nobody.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    if (!await queue.RunNextAsync(stoppingToken))
                        await queue.WaitAsync(Idle, stoppingToken);
                    pause = TimeSpan.FromSeconds(1);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // The database is away: whatever it is, the worker must outlive it.
                    LogQueueFailed(pause, e.Message);
                    await Task.Delay(pause, time, stoppingToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    [LoggerMessage(6904, LogLevel.Warning, "Jobs cannot be taken; next try in {Wait}: {Reason}")]
    private partial void LogQueueFailed(TimeSpan wait, string reason);
}
