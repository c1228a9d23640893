using System.Text.Json.Nodes;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// A model's words on their way to the caller: cut into the clauses that would be spoken anyway, checked, made speakable, bounded. A clause that states
/// nothing goes on at once; one that may state a fact waits for the end of its sentence.
/// </summary>
internal sealed class SpokenAnswer(AgentRequest request, Evidence evidence, LeakCheck leaks, string callerWords, JsonArray gate)
{
    /// <summary>Longest answer, in characters: about forty seconds of speech.</summary>
    public const int MostChars = 600;

    private const int MostRepetitions = 2;

    private readonly SpokenLanguages languages = new(request.Call.Tenant, request.Features);
    private readonly SentenceChunker chunker = new();
    private readonly HashSet<string> said = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> held = [];
    private string pending = "";
    private string soFar = "";
    private int repetitions;

    /// <summary>Something was said.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>Nothing more is said in this answer.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Something was not let through.</summary>
    public bool WasReplaced { get; private set; }

    /// <summary>Words wait until it is known whether tools answer; see <see cref="EndRound"/>.</summary>
    public bool Holds { get; set; }

    /// <summary>Everything said.</summary>
    public string Text => soFar.Trim();

    /// <summary>Adds what a model wrote; returns what can be said.</summary>
    public List<string> Add(string delta) => Take(chunker.Add(delta), isEnd: false);

    /// <summary>The model is done for now.</summary>
    /// <param name="isGrounded">A tool answered; false: what is held is said only when it states nothing.</param>
    public List<string> EndRound(bool isGrounded)
    {
        List<string> ready = [.. Take(chunker.Complete(), isEnd: true)];
        if (!Holds || held.Count == 0)
            return ready;
        var text = string.Join(' ', held);
        held.Clear();
        if (!isGrounded && !AnswerShapes.StatesNothing(text))
        {
            gate.Add(GateNote.Of("unsure", text, GateResult.Nothing));
            ready.AddRange(Replace(AnswerPhrases.Unknown(Language(text), Person)));
            return ready;
        }

        Holds = false;
        return [.. ready, .. Take(SentenceChunker.Split(text), isEnd: true)];
    }

    /// <summary>Says something of ours.</summary>
    public string Say(string words)
    {
        HasSpoken = true;
        soFar += words + " ";
        return words + " ";
    }

    private bool Person => AnswerPhrases.PersonIsThere(request.Call.Tenant, request.Now);

    private string Language(string words) =>
        languages.OrOwn(AnswerPhrases.LanguageOf(words, languages.OrOwn(AnswerPhrases.LanguageOf(callerWords, request.Call.Tenant.Language))));

    private List<string> Take(IReadOnlyList<string> clauses, bool isEnd)
    {
        List<string> ready = [];
        foreach (var clause in clauses.Select(Undisguised.Of).Where(static clause => clause.Length > 0))
        {
            if (IsClosed)
                break;
            if (Holds)
            {
                held.Add(clause);
                continue;
            }

            pending = pending.Length == 0 ? clause : $"{pending} {clause}";
            if (!EndsSentence(pending) && (GroundingGate.MustWait(pending) || leaks.MayLeak(pending)))
                continue;
            Release(ready);
        }

        if (isEnd && pending.Length > 0 && !IsClosed)
            Release(ready);
        return ready;
    }

    private void Release(List<string> ready)
    {
        var sentence = pending;
        pending = "";
        if (leaks.Leaks(sentence))
        {
            gate.Add(GateNote.Of("leak", sentence, GateResult.Nothing));
            ready.AddRange(Replace(AnswerPhrases.CantSay(Language(sentence), Person)));
            return;
        }

        if (languages.OffIn(sentence) is { } off)
        {
            gate.Add(GateNote.Of("language:" + off, sentence, GateResult.Nothing));
            ready.AddRange(Replace(AnswerPhrases.NotThatLanguage(request.Call.Tenant.Language, Person)));
            return;
        }

        var result = GroundingGate.Check(sentence, evidence, $"{soFar} {callerWords}");
        if (result.Claims.Count > 0)
            gate.Add(GateNote.Of(result.IsGrounded ? "passed" : "replaced", sentence, result));
        if (!result.IsGrounded)
        {
            ready.AddRange(Replace(AnswerPhrases.Unknown(Language(sentence), Person)));
            return;
        }

        var words = SpokenForm.Of(sentence, Language(sentence), request.Call.Tenant.Phone ?? request.Call.CalledNumber);
        if (words.Length == 0)
            return;
        if (sentence.Length > 20 && !said.Add(sentence))
        {
            IsClosed = ++repetitions >= MostRepetitions;
            return;
        }

        if (HasSpoken && soFar.Length + words.Length > MostChars)
        {
            gate.Add(GateNote.Of("cut", sentence, GateResult.Nothing));
            IsClosed = true;
            return;
        }

        ready.Add(Say(words));
    }

    private List<string> Replace(string words)
    {
        WasReplaced = true;
        IsClosed = true;
        return [Say(words)];
    }

    private static bool EndsSentence(string text) => text[^1] is '.' or '!' or '?' or '…' or '\n';
}
