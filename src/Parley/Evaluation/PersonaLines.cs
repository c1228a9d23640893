using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;

namespace Parley.Evaluation;

/// <summary>
/// A caller that a model plays: it is told who it is, what it wants, and what it has heard so far. It hangs up when it says so, when it has nothing to
/// say, or after its last line.
/// </summary>
internal sealed class PersonaLines(Persona persona, string business, ILanguageModel model) : ICallerLines
{
    private const string HangUp = "HANG UP";

    private static readonly string Template = ReadTemplate();

    private int lines;
    private bool over;

    /// <inheritdoc/>
    public ScenarioStep? Afterwards => null;

    /// <inheritdoc/>
    public ScenarioStep? Left => null;

    /// <inheritdoc/>
    public async ValueTask<ScenarioStep?> NextAsync(IReadOnlyList<TurnRecord> turns, CancellationToken cancellationToken)
    {
        if (over || lines++ >= persona.MostLines)
            return null;
        List<ModelMessage> messages =
        [
            new(ModelRole.System, Template
                .Replace("{{about}}", persona.About, StringComparison.Ordinal)
                .Replace("{{goal}}", persona.Goal, StringComparison.Ordinal)
                .Replace("{{business}}", business, StringComparison.Ordinal)),
        ];

        // What the receptionist says is said to this model, and what it said itself is its own.
        messages.AddRange(turns.Where(t => t.HeardText.Length > 0)
            .Select(t => new ModelMessage(t.Speaker == Speaker.Agent ? ModelRole.User : ModelRole.Assistant, t.HeardText)));
        var words = "";
        await foreach (var piece in model.CompleteAsync(new ModelRequest { Messages = messages, MaxOutputTokens = 120 }, cancellationToken))
        {
            if (piece is ModelEvent.Text text)
                words += text.Delta;
        }

        // "Thank you, goodbye. HANG UP"
        var end = words.IndexOf(HangUp, StringComparison.OrdinalIgnoreCase);
        over = end >= 0;
        var line = (over ? words[..end] : words).ReplaceLineEndings(" ").Trim(' ', '"', '*', '[', ']');
        return line.Length == 0 ? null : new ScenarioStep { Does = CallerDoes.Say, Text = line };
    }

    private static string ReadTemplate()
    {
        using var stream = typeof(PersonaLines).Assembly.GetManifestResourceStream("Parley.Evaluation.caller.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
