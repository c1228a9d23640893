using System.Runtime.CompilerServices;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Llm.OpenAi;

/// <summary>A model behind OpenAI's chat completions, or behind a server that is compatible with them; answers are streamed.</summary>
/// <param name="connection">The server.</param>
internal sealed class OpenAiLanguageModel(OpenAiConnection connection) : ILanguageModel, IPrewarmed
{
    /// <summary>Model of OpenAI's that is fast enough for a call.</summary>
    public const string DefaultModel = "gpt-4o-mini";

    // Some 300 tokens are asked for; with the padding OpenAI adds, an event has a few hundred bytes.
    private const long MostBytes = 2 * 1024 * 1024;

    /// <inheritdoc/>
    public string Name => connection.Name;

    /// <inheritdoc/>
    public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken) => connection.PrewarmAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var model = connection.Model(request.Providers, connection.Options.Model ?? DefaultModel);
        var answer = new ChatAnswer(connection.Errors);
        var chat = connection.Client(MostBytes).GetChatClient(model);
        await using var updates = chat
            .CompleteChatStreamingAsync(ChatRequest.Messages(request), ChatRequest.Options(request, connection), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            string text;
            try
            {
                if (!await updates.MoveNextAsync())
                    break;
                text = answer.Take(updates.Current);
            }
            catch (Exception failure) when (answer.IsFinished && !cancellationToken.IsCancellationRequested)
            {
                // Everything but the count of tokens is here.
                _ = failure;
                break;
            }
            catch (Exception failure)
            {
                var known = connection.Errors.From(failure, cancellationToken);
                if (known == failure)
                    throw;
                throw known;
            }
            finally
            {
                Count(request.Meter, model, answer);
            }

            if (text.Length > 0)
                yield return new ModelEvent.Text(text);
        }

        answer.End();
        if (answer.Rest is { Length: > 0 } rest)
            yield return new ModelEvent.Text(rest);
        foreach (var call in answer.ToolCalls)
            yield return new ModelEvent.ToolCall(call);
        yield return new ModelEvent.Finished(answer.Finish);
    }

    private void Count(CallMeter? meter, string model, ChatAnswer answer)
    {
        if (meter is null)
            return;
        if (answer.TryCountRequest())
            meter.Add(Capability.Think, Name, model, UsageUnit.Requests, 1);
        if (answer.TakeUsage() is not { } usage)
            return;
        var cached = Math.Clamp(usage.InputTokenDetails?.CachedTokenCount ?? 0, 0, usage.InputTokenCount);
        meter.Add(Capability.Think, Name, model, UsageUnit.InputTokens, usage.InputTokenCount - cached);
        meter.Add(Capability.Think, Name, model, UsageUnit.CachedInputTokens, cached);
        meter.Add(Capability.Think, Name, model, UsageUnit.OutputTokens, usage.OutputTokenCount);
    }
}
