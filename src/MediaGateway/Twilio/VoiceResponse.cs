using System.Globalization;
using System.Text;
using System.Xml;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// A document that tells Twilio what to do with a call (Twilio docs, "TwiML for Programmable Voice"). Verbs run in order; after the last
/// one the call ends. Stands where <c>Twilio.TwiML.VoiceResponse</c> would, with its names, as far as they are needed here.
/// </summary>
public sealed class VoiceResponse
{
    private readonly List<Action<XmlWriter>> verbs = [];

    /// <summary>Speaks a text, at most 4,096 characters.</summary>
    public VoiceResponse Say(string message, string? language = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, 4096, nameof(message));
        return Add("Say", message, ("language", language));
    }

    /// <summary>Waits.</summary>
    /// <param name="length">Seconds.</param>
    public VoiceResponse Pause(int length = 1) => Add("Pause", null, ("length", Number(length)));

    /// <summary>Speaks a text and waits for one key, which is posted to <paramref name="action"/>; without a key the next verb follows.</summary>
    /// <param name="message">The text.</param>
    /// <param name="language">Its language.</param>
    /// <param name="timeout">Seconds to wait after the text.</param>
    /// <param name="action">What the key decides.</param>
    public VoiceResponse GatherKey(string message, string? language, int timeout, Uri action)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        ArgumentNullException.ThrowIfNull(action);
        verbs.Add(xml =>
        {
            Open(xml, "Gather", ("input", "dtmf"), ("numDigits", "1"), ("timeout", Number(timeout)), ("action", action.OriginalString), ("method", "POST"));
            Open(xml, "Say", ("language", language));
            xml.WriteString(Clean(message));
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
        return this;
    }

    /// <summary>Ends the call.</summary>
    public VoiceResponse Hangup() => Add("Hangup", null);

    /// <summary>Refuses the call unanswered; works only as the first verb.</summary>
    /// <param name="reason"><c>rejected</c> or <c>busy</c>.</param>
    public VoiceResponse Reject(string reason = "rejected") => Add("Reject", null, ("reason", reason));

    /// <summary>Goes on with the document at another address.</summary>
    public VoiceResponse Redirect(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Add("Redirect", url.OriginalString, ("method", "POST"));
    }

    /// <summary>Rings a number and connects the caller to it; the outcome is posted to <paramref name="action"/>.</summary>
    /// <param name="number">E.164.</param>
    /// <param name="callerId">Number shown to the one who is rung; must belong to the account or be a party of the call.</param>
    /// <param name="timeout">Seconds it rings.</param>
    /// <param name="action">Where the call goes on afterwards.</param>
    /// <param name="whisper">Document that the one who answers hears before the caller is there; null for none.</param>
    public VoiceResponse Dial(string number, string callerId, int timeout, Uri action, Uri? whisper = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(number);
        ArgumentNullException.ThrowIfNull(action);
        verbs.Add(xml =>
        {
            Open(xml, "Dial", ("action", action.OriginalString), ("method", "POST"), ("timeout", Number(timeout)), ("callerId", callerId));
            if (whisper is null)
                Open(xml, "Number");
            else
                Open(xml, "Number", ("url", whisper.OriginalString), ("method", "POST"));
            xml.WriteString(number);
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
        return this;
    }

    /// <summary>Connects the call to a bidirectional media stream; when it has ended, <paramref name="action"/> says how to go on.</summary>
    /// <param name="url"><c>wss</c> address without a query (<c>ws</c> only in local tests).</param>
    /// <param name="action">Where the call goes on afterwards.</param>
    /// <param name="statusCallback">Told when the stream starts, stops or fails.</param>
    /// <param name="parameters">Given to the stream in its start message; name and value together under 500 characters.</param>
    public VoiceResponse ConnectStream(Uri url, Uri action, Uri statusCallback, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(statusCallback);
        ArgumentNullException.ThrowIfNull(parameters);
        if (url.OriginalString.Contains('?', StringComparison.Ordinal))
            throw new ArgumentException("The address of a stream has no query.", nameof(url));
        if (parameters.Any(parameter => parameter.Key.Length + parameter.Value.Length >= 500))
            throw new ArgumentException("Name and value of a parameter have less than 500 characters together.", nameof(parameters));

        verbs.Add(xml =>
        {
            Open(xml, "Connect", ("action", action.OriginalString), ("method", "POST"));
            Open(xml, "Stream", ("url", url.OriginalString), ("statusCallback", statusCallback.OriginalString), ("statusCallbackMethod", "POST"));
            foreach (var (name, value) in parameters)
            {
                Open(xml, "Parameter", ("name", name), ("value", value));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        });
        return this;
    }

    /// <summary>The document in UTF-8, without a byte order mark. Characters XML cannot carry are replaced.</summary>
    public byte[] ToUtf8()
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CheckCharacters = true }))
        {
            xml.WriteStartElement("Response");
            foreach (var verb in verbs)
                verb(xml);
            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private VoiceResponse Add(string verb, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        var kept = attributes.ToArray();
        verbs.Add(xml =>
        {
            Open(xml, verb, kept);
            if (text is not null)
                xml.WriteString(Clean(text));
            xml.WriteEndElement();
        });
        return this;
    }

    private static void Open(XmlWriter xml, string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        xml.WriteStartElement(element);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
                xml.WriteAttributeString(name, Clean(value));
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value > 0xffff || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\ufffd");
        return clean.ToString();
    }
}
