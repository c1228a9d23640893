using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Providers.Server.OpenAi;

/// <summary>Errors as OpenAI gives them, and answers that are none.</summary>
public static class OpenAiError
{
    /// <summary>Answers with an error.</summary>
    public static Func<HttpContext, Task> Of(
        int status, string type, string? code = null, string message = "It did not work.", string? param = null, params (string Name, string Value)[] headers) => context =>
    {
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return WriteAsync(context, status, type, code, message, param);
    };

    /// <summary>Answers with something else than the API's.</summary>
    public static Func<HttpContext, Task> Body(string contentType, string body, int status = 200) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    };

    /// <summary>Takes the request and never answers.</summary>
    public static Func<HttpContext, Task> Silence() => static async context =>
    {
        var gone = new TaskCompletionSource();
        await using var _ = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>Breaks the connection in the middle of a body.</summary>
    public static Func<HttpContext, Task> Cut(string contentType, byte[] before) => async context =>
    {
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(before);
        await context.Response.Body.FlushAsync();
        throw new CutException();
    };

    /// <summary>Sends without end.</summary>
    public static Func<HttpContext, Task> Endless(string contentType, byte[] piece) => async context =>
    {
        context.Response.ContentType = contentType;
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(piece);
    };

    internal static Task WriteAsync(HttpContext context, int status, string type, string? code, string message, string? param = null)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = param, ["code"] = code },
        });
    }

    internal static async Task<bool> RefusesModelAsync(OpenAiServer server, HttpContext context, string? model)
    {
        if (string.IsNullOrEmpty(model))
            await WriteAsync(context, 400, "invalid_request_error", null, "you must provide a model parameter");
        else if (!server.Models.Contains(model))
            await WriteAsync(context, 404, "invalid_request_error", "model_not_found", $"The model `{model}` does not exist or you do not have access to it.");
        else
            return false;
        return true;
    }
}

/// <summary>
/// Ends a connection in the middle of an answer. Kestrel then closes it without the last chunk; an abort would reset it, and take from the client what it
/// has not read yet.
/// </summary>
internal sealed class CutException : IOException;
