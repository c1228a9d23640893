using System.Globalization;
using Microsoft.AspNetCore.Http;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary>A webhook of Twilio: the request with its parameters, from the form of a POST.</summary>
internal sealed class Webhook
{
    private readonly Dictionary<string, string> parameters;

    private Webhook(string kind, HttpContext context, Dictionary<string, string> parameters)
    {
        Kind = kind;
        Context = context;
        this.parameters = parameters;
    }

    /// <summary>Which webhook it is: the last part of its path.</summary>
    public string Kind { get; }

    public HttpContext Context { get; }

    public HttpRequest Request => Context.Request;

    public IReadOnlyDictionary<string, string> Parameters => parameters;

    /// <summary>The call, or null when the parameter is missing or no id.</summary>
    public string? CallSid => StreamIds.IsValid(this["CallSid"]) ? this["CallSid"] : null;

    /// <summary>A parameter; empty when it is missing.</summary>
    public string this[string name] => parameters.GetValueOrDefault(name, "");

    /// <summary>What is the same when Twilio repeats this very webhook, and different otherwise.</summary>
    public string Key
    {
        get
        {
            string? token = Request.Headers["I-Twilio-Idempotency-Token"];
            if (token is { Length: > 0 and <= 200 })
                return token;

            var id = CallSid ?? this["MessageSid"];
            var status = this["MessageStatus"] + this["DialCallStatus"] + this["StreamEvent"] + this["CallStatus"];
            var sequence = this["SequenceNumber"] + this["StreamSid"] + this["DialCallSid"];
            return string.Join(':', Kind, id, status, Attempt == 0 ? sequence : $"{sequence}:{Attempt}");
        }
    }

    /// <summary>How often the call was sent here by our own documents; Twilio signs the address too.</summary>
    public int Attempt => int.TryParse(
        Request.Query[CallDocuments.AttemptParameter], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A parameter that is a whole number of at least 0, or null.</summary>
    public int? Number(string name) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static async Task<Webhook> ReadAsync(string kind, HttpContext context)
    {
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        if (context.Request.HasFormContentType)
        {
            foreach (var (name, values) in await context.Request.ReadFormAsync(context.RequestAborted))
                parameters[name] = values.Count > 0 ? values[0] ?? "" : "";
        }

        return new Webhook(kind, context, parameters);
    }
}
