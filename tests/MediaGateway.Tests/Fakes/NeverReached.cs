using Parley.Conversation.Providers;
using Parley.Conversation.Stt;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>A recogniser whose connection never opens, whatever becomes of who waits for it.</summary>
internal sealed class NeverReached : ISpeechToText, IPrewarmed
{
    private readonly TaskCompletionSource<ExpectedCall> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource reached = new();

    public string Name => "slow";

    public Task<ExpectedCall> Asked => asked.Task;

    public bool IsDone => reached.Task.IsCompleted;

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => throw new NotSupportedException();

    public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
    {
        asked.TrySetResult(call);
        return reached.Task;
    }
}
