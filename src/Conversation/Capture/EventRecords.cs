using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Playout;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Capture;

/// <summary>Events as records. The kind of an event's record is <see cref="CallEventKind"/> plus <see cref="First"/>.</summary>
internal static class EventRecords
{
    /// <summary>The kind of the record that holds <see cref="CaptureHead"/>.</summary>
    public const byte Head = 1;

    /// <summary>The kind of the record that tells when the conversation began.</summary>
    public const byte Began = 2;

    /// <summary>Kinds from here on are events, those from <see cref="FirstOutput"/> on outputs.</summary>
    public const byte First = 16;

    /// <inheritdoc cref="First"/>
    public const byte FirstOutput = 64;

    private enum Output
    {
        Say,
        Expect,
        Remember,
        EndCall,
        Transfer,
        TransferWithSummary,
        Escalate,
        Decided,
    }

    /// <summary>Writes what an event holds, behind its record's beginning.</summary>
    public static void Write(RecordWriter writer, in CallEvent e, Dictionary<Clause, int> clauses, ref long timestampMs)
    {
        switch (e.Kind)
        {
            case CallEventKind.Audio:
                writer.Number(e.Frame!.TimestampMs - timestampMs);
                timestampMs = e.Frame.TimestampMs;
                writer.Bytes(e.Frame.Bytes);
                break;
            case CallEventKind.Key or CallEventKind.End:
                writer.Number(e.Number);
                break;
            case CallEventKind.Mark:
                writer.Text((string)e.Subject!);
                break;
            case CallEventKind.Transcript:
                writer.Number(e.Number);
                writer.Text((string)e.Subject!);
                writer.Text((string?)e.Detail);
                if (e.EndOfSpeech)
                    writer.Number(1);
                break;
            case CallEventKind.AgentOutput:
                writer.Number(((Reply)e.Subject!).Id);
                Write(writer, (AgentEvent)e.Detail!);
                break;
            case CallEventKind.ClauseAdded:
                var added = (Clause)e.Subject!;
                clauses.Add(added, clauses.Count + 1);
                writer.Number(clauses.Count);
                writer.Number(added.Reply.Id);
                writer.Number(added.IsFiller ? 1 : 0);
                writer.Text(added.Text);
                break;
            case CallEventKind.ClauseChunk:
                writer.Number(IdOf((Clause)e.Subject!, clauses));
                writer.Bytes(e.Frame is null ? [] : e.Frame.Bytes);
                Write(writer, (IReadOnlyList<WordTiming>?)e.Detail);
                break;
            case CallEventKind.ClauseDone:
                writer.Number(IdOf((Clause)e.Subject!, clauses));
                writer.Number(e.Number);
                break;
            case CallEventKind.ReplyDone:
                writer.Number(((Reply)e.Subject!).Id);
                writer.Text(e.Detail is Exception error ? $"{error.GetType().Name}: {error.Message}" : null);
                break;
        }
    }

    /// <summary>Reads what <see cref="Write(RecordWriter, in CallEvent, Dictionary{Clause, int}, ref long)"/> wrote.</summary>
    public static CapturedEvent Read(ref RecordReader reader, CallEventKind kind, ref long timestampMs)
    {
        switch (kind)
        {
            case CallEventKind.Audio:
                timestampMs += reader.Number();
                return new CapturedEvent(kind) { TimestampMs = timestampMs, Audio = reader.Bytes() };
            case CallEventKind.Key or CallEventKind.End:
                return new CapturedEvent(kind) { Number = reader.Int() };
            case CallEventKind.Mark:
                return new CapturedEvent(kind) { Text = reader.Text() };
            case CallEventKind.Transcript:
                return new CapturedEvent(kind)
                {
                    Number = reader.Int(), Text = reader.Text(), Error = reader.Text(), EndOfSpeech = !reader.IsAtEnd && reader.Int() != 0,
                };
            case CallEventKind.AgentOutput:
                return new CapturedEvent(kind) { Subject = reader.Int(), Output = ReadOutput(ref reader) };
            case CallEventKind.ClauseAdded:
                return new CapturedEvent(kind)
                {
                    Subject = reader.Int(), Reply = reader.Int(), IsFiller = reader.Int() != 0, Text = reader.Text(),
                };
            case CallEventKind.ClauseChunk:
                return new CapturedEvent(kind) { Subject = reader.Int(), Audio = reader.Bytes(), Words = ReadWords(ref reader) };
            case CallEventKind.ClauseDone:
                return new CapturedEvent(kind) { Subject = reader.Int(), Number = reader.Int() };
            case CallEventKind.ReplyDone:
                return new CapturedEvent(kind) { Subject = reader.Int(), Error = reader.Text() };
            case CallEventKind.Tick:
                return new CapturedEvent(kind);
            default:
                throw RecordReader.Damaged();
        }
    }

    private static int IdOf(Clause clause, Dictionary<Clause, int> clauses) =>
        clauses.TryGetValue(clause, out var id) ? id : -clause.Reply.Id;

    private static void Write(RecordWriter writer, AgentEvent output)
    {
        switch (output)
        {
            case AgentEvent.Say say:
                writer.Number((int)Output.Say);
                writer.Text(say.Text);
                break;
            case AgentEvent.Expect expect:
                writer.Number((int)Output.Expect);
                writer.Number((int)expect.Expectation.Kind);
                writer.Number(expect.Expectation.Digits);
                break;
            case AgentEvent.Remember remember:
                writer.Number((int)Output.Remember);
                writer.Text(remember.State.ToJson());
                writer.Text(JsonSerializer.Serialize(remember.State.Facts, CaptureJson.Options));
                break;
            case AgentEvent.EndCall:
                writer.Number((int)Output.EndCall);
                break;
            case AgentEvent.TransferCall transfer:
                writer.Number((int)(transfer.Summary is null ? Output.Transfer : Output.TransferWithSummary));
                writer.Text(JsonSerializer.Serialize(transfer.Department, CaptureJson.Options));
                if (transfer.Summary is not null)
                    writer.Text(transfer.Summary);
                break;
            case AgentEvent.Escalate escalate:
                writer.Number((int)Output.Escalate);
                writer.Number((int)escalate.Reason);
                writer.Text(escalate.Summary);
                break;
            case AgentEvent.Decided decided:
                writer.Number((int)Output.Decided);
                writer.Text(decided.Decision.ToJsonString());
                break;
        }
    }

    private static AgentEvent ReadOutput(ref RecordReader reader) => (Output)reader.Int() switch
    {
        Output.Say => new AgentEvent.Say(reader.Text() ?? ""),
        Output.Expect => new AgentEvent.Expect(new ReplyExpectation((ReplyKind)reader.Int(), reader.Int())),
        Output.Remember => ReadRemember(reader.Text() ?? "", Json<CallFacts>(reader.Text())),
        Output.EndCall => new AgentEvent.EndCall(),
        Output.Transfer => new AgentEvent.TransferCall(Json<Department>(reader.Text())),
        Output.TransferWithSummary => new AgentEvent.TransferCall(Json<Department>(reader.Text()), reader.Text()),
        Output.Escalate => new AgentEvent.Escalate((EscalationReason)reader.Int(), reader.Text() ?? ""),
        Output.Decided => new AgentEvent.Decided(Json<JsonObject>(reader.Text())),
        _ => throw RecordReader.Damaged(),
    };

    private static AgentEvent.Remember ReadRemember(string json, CallFacts facts) => new(new CapturedState(json, facts) { Facts = facts });

    private static void Write(RecordWriter writer, IReadOnlyList<WordTiming>? words)
    {
        writer.Number(words is null ? 0 : words.Count + 1);
        foreach (var word in words ?? [])
        {
            writer.Number(word.EndChar);
            writer.Number(word.EndMs);
        }
    }

    private static WordTiming[]? ReadWords(ref RecordReader reader)
    {
        var count = reader.Int();
        if (count == 0)
            return null;
        if (count is < 0 or > 100_000)
            throw RecordReader.Damaged();

        var words = new WordTiming[count - 1];
        for (var i = 0; i < words.Length; i++)
            words[i] = new WordTiming(reader.Int(), reader.Int());
        return words;
    }

    public static T Json<T>(string? json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json ?? "null", CaptureJson.Options) ?? throw RecordReader.Damaged();
        }
        catch (JsonException)
        {
            throw RecordReader.Damaged();
        }
    }
}
