namespace Parley.Conversation.Rag.Ingestion;

/// <summary>A list of questions and answers, each marked at the beginning of its line; both may go on in the lines after.</summary>
internal static class QuestionReader
{
    private static readonly string[] QuestionMarks = ["Q:", "Question:", "P:", "Pregunta:", "В:", "Вопрос:", "ש:", "שאלה:"];
    private static readonly string[] AnswerMarks = ["A:", "Answer:", "R:", "Respuesta:", "О:", "Ответ:", "ת:", "תשובה:"];

    /// <summary>Whether a text's first line is a question.</summary>
    public static bool LooksLikeOne(string content)
    {
        var first = content.Split('\n').Select(PlainReader.Clean).FirstOrDefault(line => line.Length > 0);
        return first is not null && Marked(first, QuestionMarks) is not null;
    }

    public static List<Block> Read(string content, string source)
    {
        var blocks = new List<Block>();
        var errors = new List<KnowledgeError>();
        var (question, answer, began) = ((string?)null, (string?)null, 0);
        var lines = content.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = PlainReader.Clean(lines[i]);
            if (line.Length == 0)
                continue;
            if (Marked(line, QuestionMarks) is { } asked)
            {
                Close();
                (question, began) = (asked, i + 1);
            }
            else if (Marked(line, AnswerMarks) is { } answered)
            {
                if (question is null || answer is not null)
                    errors.Add(new KnowledgeError(i + 1, "An answer stands without a question before it."));
                answer = answered;
            }
            else if (answer is not null)
                answer += " " + line;
            else if (question is not null)
                question += " " + line;
            else
                errors.Add(new KnowledgeError(i + 1, "A line stands before the first question, which begins with 'Q:'."));
        }

        Close();
        return errors.Count == 0 ? blocks : throw new KnowledgeException(source, [.. errors.Take(20)]);

        void Close()
        {
            if (question is not null && string.IsNullOrEmpty(answer))
                errors.Add(new KnowledgeError(began, "A question has no answer; it begins with 'A:'."));
            else if (question is { Length: > 0 })
                blocks.Add(new Block(BlockKind.Entry, $"{question} {answer}"));
            (question, answer) = (null, null);
        }
    }

    private static string? Marked(string line, string[] marks)
    {
        foreach (var mark in marks)
        {
            if (line.StartsWith(mark, StringComparison.OrdinalIgnoreCase))
                return line[mark.Length..].Trim();
        }

        return null;
    }
}
