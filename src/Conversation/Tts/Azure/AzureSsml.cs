using System.Globalization;
using System.Text;
using System.Xml;

namespace Parley.Conversation.Tts.Azure;

/// <summary>Writes the speech markup of one clause (W3C SSML 1.0 with the service's voice element).</summary>
internal static class AzureSsml
{
    private const string Namespace = "http://www.w3.org/2001/10/synthesis";

    /// <summary>The document; the text can be anything, it stays text.</summary>
    public static string Write(string text, string voice, string language, int ratePercent)
    {
        var document = new StringBuilder(text.Length + 200);
        using (var xml = XmlWriter.Create(document, new XmlWriterSettings { OmitXmlDeclaration = true, CloseOutput = false }))
        {
            xml.WriteStartElement("speak", Namespace);
            xml.WriteAttributeString("version", "1.0");
            xml.WriteAttributeString("xml", "lang", null, language);
            xml.WriteStartElement("voice", Namespace);
            xml.WriteAttributeString("name", Clean(voice));
            if (ratePercent != 0)
            {
                xml.WriteStartElement("prosody", Namespace);
                xml.WriteAttributeString("rate", ratePercent.ToString("+0;-0", CultureInfo.InvariantCulture) + "%");
            }

            xml.WriteString(Clean(text));
        }

        return document.ToString();
    }

    /// <summary>
    /// The text without what XML 1.0 cannot hold: control characters (those between words become a blank), halves of surrogate pairs, U+FFFE and U+FFFF.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // EnumerateRunes gives U+FFFD for a lone surrogate; nobody can speak one.
            if (rune.Value is '\t' or '\n' or '\r')
                clean.Append(' ');
            else if (!Rune.IsControl(rune) && rune.Value is not (0xFFFD or 0xFFFE or 0xFFFF))
                clean.Append(rune);
        }

        return clean.ToString();
    }
}
