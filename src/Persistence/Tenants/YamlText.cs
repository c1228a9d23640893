using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>
/// Loads YAML from people, within bounds: what is nested without end would exhaust the stack, what repeats itself through aliases the memory. Whatever
/// is wrong with a text is one kind of exception, also where the library itself stumbles.
/// </summary>
public static class YamlText
{
    /// <summary>Deepest nesting; the files of this program need 4.</summary>
    public const int MaxDepth = 32;

    /// <summary>Longest text, in characters: thousands of services.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>Loads the documents of a text.</summary>
    /// <exception cref="YamlException">It is no YAML, or goes beyond the bounds.</exception>
    public static IList<YamlDocument> Load(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
            throw new YamlException($"The text is longer than {MaxLength} characters.");
        try
        {
            Check(new Parser(new StringReader(text)));
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents;
        }
        catch (Exception e) when (e is not (YamlException or OutOfMemoryException))
        {
            // The library's scanner trips over some texts with exceptions of other kinds.
            throw new YamlException("This is not YAML that can be read: " + e.Message, e);
        }
    }

    // The parser gives one event after the other and needs no stack; the tree that is made of them does.
    private static void Check(Parser parser)
    {
        var depth = 0;
        var single = new HashSet<AnchorName>();
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case Scalar { Anchor.IsEmpty: false } scalar:
                    single.Add(scalar.Anchor);
                    break;
                case NodeEvent { Anchor.IsEmpty: false } node and (MappingStart or SequenceStart):
                    single.Remove(node.Anchor);
                    break;
                case AnchorAlias alias when !single.Contains(alias.Value):
                    throw new YamlException(alias.Start, alias.End, "Only single values can be repeated by an alias.");
            }

            depth += parser.Current?.NestingIncrease ?? 0;
            if (depth > MaxDepth + 2)
                throw new YamlException(parser.Current!.Start, parser.Current.End, $"This is nested deeper than {MaxDepth} levels.");
        }
    }
}
