using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Parley.Admin.Api.Http;
using Parley.Conversation.Rag.Ingestion;

namespace Parley.Admin.Api.Knowledge;

/// <summary>A request's body as text.</summary>
internal static class TextBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The body; null when it is not UTF-8. A body over the endpoint's limit is answered by the server.</summary>
    public static async Task<string?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = new StreamReader(request.Body, Strict, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The format that a content type stands for; null for one that is not known.</summary>
    public static KnowledgeFormat? FormatOf(string? contentType, string content) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var type) ? null : type.MediaType.Value?.ToLowerInvariant() switch
        {
            "text/markdown" => KnowledgeFormat.Markdown,
            "text/csv" => KnowledgeFormat.Csv,
            "text/html" => KnowledgeFormat.Html,
            "text/plain" => KnowledgeFormats.Of("", content),
            _ => null,
        };

    /// <summary>What is wrong with a document, by line.</summary>
    public static ValidationProblem Problem(KnowledgeException e) =>
        AdminProblems.Of("content", [.. e.Errors.Select(error => error.Line > 0 ? $"Line {error.Line}: {error.Message}" : error.Message)]);
}
