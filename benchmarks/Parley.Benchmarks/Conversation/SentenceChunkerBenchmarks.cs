using BenchmarkDotNet.Attributes;
using Parley.Conversation.Tts;

namespace Parley.Benchmarks.Conversation;

/// <summary>A reply of three sentences cut into clauses: word by word, as a model streams it, and in one piece, as rules give it.</summary>
public class SentenceChunkerBenchmarks
{
    private const string Reply =
        "Sure, I can book that for you. A table for four on Saturday, November 28, at 7:30 p.m. under the name of Dr. Miller. " +
        "Is there anything else that I can do for you, such as a high chair or a place on the terrace?";

    private readonly string[] words = [.. Reply.Split(' ').Select((word, i) => i == 0 ? word : " " + word)];

    [Benchmark]
    public int Cut_word_by_word()
    {
        var chunker = new SentenceChunker();
        var clauses = 0;
        foreach (var word in words)
            clauses += chunker.Add(word).Count;
        return clauses + chunker.Complete().Count;
    }

    [Benchmark]
    public int Cut_whole_text() => SentenceChunker.Split(Reply).Count;
}
