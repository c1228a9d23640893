using OpenAI.Chat;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Llm.OpenAi;

/// <summary>A request in the library's words.</summary>
internal static class ChatRequest
{
    public static IEnumerable<ChatMessage> Messages(ModelRequest request) => request.Messages.Select(static ChatMessage (message) => message.Role switch
    {
        ModelRole.System => new SystemChatMessage(message.Text),
        ModelRole.User => new UserChatMessage(message.Text),
        ModelRole.Tool => new ToolChatMessage(message.ToolCallId ?? "", message.Text),
        _ => Assistant(message),
    });

    public static ChatCompletionOptions Options(ModelRequest request, OpenAiConnection connection)
    {
        var options = new ChatCompletionOptions();
        if ((request.Providers?.Temperature ?? connection.Options.Temperature) is { } temperature)
            options.Temperature = (float)Math.Clamp(temperature, 0, 2);
        foreach (var tool in request.Tools)
            options.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.Parameters.ToJsonString())));
        if (!connection.IsCompatible)
        {
            options.MaxOutputTokenCount = request.MaxOutputTokens;
            return options;
        }

        // Servers other than OpenAI know the limit under its first name only.
#pragma warning disable SCME0001 // The library's way to send a field it has no property for.
        options.Patch.Set("$.max_tokens"u8, request.MaxOutputTokens);
#pragma warning restore SCME0001
        return options;
    }

    private static AssistantChatMessage Assistant(ModelMessage message)
    {
        if (message.ToolCalls is not { Count: > 0 } calls)
            return new AssistantChatMessage(message.Text);

        var assistant = new AssistantChatMessage(calls.Select(static call =>
            ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.ArgumentsJson))));
        if (message.Text.Length > 0)
            assistant.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        return assistant;
    }
}
