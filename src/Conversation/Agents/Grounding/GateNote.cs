using System.Text.Json.Nodes;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>What was decided on a sentence, for the record of an answer.</summary>
internal static class GateNote
{
    private const int MostKeptChars = 300;

    /// <summary>Writes it down.</summary>
    /// <param name="outcome"><c>passed</c>, <c>replaced</c>, <c>leak</c> and the like.</param>
    /// <param name="sentence">The words. What was said stands in the turn; what was not is kept for those who look into it.</param>
    /// <param name="result">What it states, and what that rests on.</param>
    public static JsonObject Of(string outcome, string sentence, GateResult result)
    {
        var note = new JsonObject { ["outcome"] = outcome };
        if (outcome != "passed")
            note["text"] = sentence.Length <= MostKeptChars ? sentence : sentence[..MostKeptChars];
        if (result.Claims.Count > 0)
        {
            note["claims"] = new JsonArray([.. result.Claims.Select(static c => new JsonObject
            {
                ["kind"] = c.Claim.Kind.ToString().ToLowerInvariant(), ["said"] = c.Claim.Said, ["source"] = c.Source,
            })]);
        }

        return note;
    }
}
