using System.Globalization;
using System.Text;
using OpenAI.Chat;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Llm.OpenAi;

/// <summary>Puts a streamed answer together: words as they come, tool calls when all their parts are there.</summary>
internal sealed class ChatAnswer(OpenAiErrors errors)
{
    // A spoken answer has some hundred characters.
    private const int MostTextChars = 20_000;
    private const int MostArgumentChars = 50_000;
    private const int MostCalls = 32;

    private readonly List<Part> parts = [];
    private readonly Dictionary<int, Part> byIndex = [];
    private readonly ThoughtFilter thoughts = new();
    private ChatTokenUsage? usage;
    private ChatFinishReason? reason;
    private int chars;
    private int argumentChars;
    private int updates;
    private bool counted;

    /// <summary>The model said why it stopped: nothing of the answer is missing.</summary>
    public bool IsFinished => reason is not null;

    /// <summary>Why it stopped; some servers say "stop" with tool calls.</summary>
    public ModelFinish Finish => reason switch
    {
        ChatFinishReason.Length => ModelFinish.Length,
        ChatFinishReason.ContentFilter => ModelFinish.ContentFilter,
        _ => parts.Count > 0 ? ModelFinish.ToolCalls : ModelFinish.Stop,
    };

    /// <summary>Words that were held back until the end.</summary>
    public string Rest { get; private set; } = "";

    /// <summary>Complete tool calls, in the order in which they began. Those of an answer that was cut off are not complete.</summary>
    public IEnumerable<ModelToolCall> ToolCalls => Finish == ModelFinish.ToolCalls
        ? parts.Select(static (part, i) => new ModelToolCall(
            part.Id.Length > 0 ? part.Id : string.Create(CultureInfo.InvariantCulture, $"call_{i}"), part.Name.ToString(), part.Arguments.ToString()))
        : [];

    /// <summary>Takes the next piece; returns the words in it.</summary>
    public string Take(StreamingChatCompletionUpdate update)
    {
        ThrowIfError(update);
        updates++;
        usage = update.Usage ?? usage;
        foreach (var call in update.ToolCallUpdates)
            Add(call);
        reason = update.FinishReason ?? reason;
        var text = string.Concat(update.ContentUpdate.Select(static part => part.Text)) + update.RefusalUpdate;
        chars += text.Length;
        return chars <= MostTextChars
            ? thoughts.Next(text)
            : throw errors.Make(ProviderErrorKind.TooLarge, $"More than {MostTextChars} characters of text.");
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        if (updates == 0)
            throw errors.Make(ProviderErrorKind.MalformedAnswer, "The answer is not a stream of events.");
        if (reason is null)
            throw errors.Make(ProviderErrorKind.Disconnected, "The stream ended before the answer did.");
        Rest = thoughts.End();
        // Held back before a word of it: someone else may answer.
        if (reason == ChatFinishReason.ContentFilter && chars == 0)
            throw errors.Make(ProviderErrorKind.ContentFiltered, "The safety filter held the answer back.");
    }

    /// <summary>True once, when the server has begun to answer.</summary>
    public bool TryCountRequest()
    {
        var count = updates > 0 && !counted;
        counted |= count;
        return count;
    }

    /// <summary>What was used, once.</summary>
    public ChatTokenUsage? TakeUsage()
    {
        var taken = usage;
        usage = null;
        return taken;
    }

    private void Add(StreamingChatToolCallUpdate update)
    {
        // A whole call with a new id under a known index is another one: some servers number all with 0.
        if (!byIndex.TryGetValue(update.Index, out var part)
            || (update.ToolCallId is { Length: > 0 } id && part.Id.Length > 0 && id != part.Id && update.FunctionName is { Length: > 0 }))
        {
            if (parts.Count == MostCalls)
                throw errors.Make(ProviderErrorKind.TooLarge, $"More than {MostCalls} tool calls.");
            byIndex[update.Index] = part = new Part();
            parts.Add(part);
        }

        if (part.Id.Length == 0)
            part.Id = update.ToolCallId ?? "";
        part.Name.Append(update.FunctionName);
        var arguments = update.FunctionArgumentsUpdate is { } data ? data.ToString() : "";
        part.Arguments.Append(arguments);
        argumentChars += arguments.Length + (update.FunctionName?.Length ?? 0);
        if (argumentChars > MostArgumentChars)
            throw errors.Make(ProviderErrorKind.TooLarge, $"More than {MostArgumentChars} characters of tool arguments.");
    }

    // The library shows an error event as an empty update.
    private void ThrowIfError(StreamingChatCompletionUpdate update)
    {
#pragma warning disable SCME0001 // The library's way to read a field it has no property for.
        if (!update.Patch.Contains("$.error"u8))
            return;
        update.Patch.TryGetValue("$.error.code"u8, out string? code);
        update.Patch.TryGetValue("$.error.type"u8, out string? type);
#pragma warning restore SCME0001
        throw errors.InStream(code, type);
    }

    private sealed class Part
    {
        public string Id { get; set; } = "";

        public StringBuilder Name { get; } = new();

        public StringBuilder Arguments { get; } = new();
    }
}
