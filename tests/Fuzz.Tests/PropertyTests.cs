using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Audio;
using Parley.Conversation.Calendars;
using Parley.Conversation.Tts;
using Parley.MediaGateway.Twilio;
using Interval = NodaTime.Interval;

namespace Parley.Fuzz.Tests;

/// <summary>Properties that hold for every input; FsCheck makes the inputs, and cuts a counter-example down to its smallest.</summary>
public sealed class PropertyTests
{
    private const string MarkLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/";
    private static readonly byte[] Sid = "MZ18ad3ab5a668481ce02b83e7395059f0"u8.ToArray();

    // The same inputs each time.
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 17);

    [Fact]
    public void Any_bytes_are_a_message_or_malformed() => Check.One(Fixed, Prop.ForAll<byte[]>(bytes =>
    {
        var message = StreamMessageReader.Read(bytes);
        message.Audio?.Dispose();
        return Enum.IsDefined(message.Kind);
    }));

    [Fact]
    public void A_mark_is_read_as_it_was_written() => Check.One(Fixed, Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Elements(MarkLetters.ToCharArray())).Select(l => new string([.. l.Take(StreamMessageWriter.MaxMarkNameLength)])).ToArbitrary(),
        name =>
        {
            var bytes = new byte[StreamMessageWriter.MarkLength(name.Length, Sid.Length)];
            var message = StreamMessageReader.Read(bytes.AsSpan(0, StreamMessageWriter.WriteMark(name, Sid, bytes)));
            return message.Kind == StreamMessageKind.Mark && message.MarkName == name && message.StreamSid.SequenceEqual(Sid);
        }));

    [Fact]
    public void Written_media_is_JSON_with_the_audio_in_it() => Check.One(Fixed, Prop.ForAll<byte[]>(audio =>
    {
        var bytes = new byte[StreamMessageWriter.MediaLength(audio.Length, Sid.Length)];
        var length = StreamMessageWriter.WriteMedia(audio, Sid, bytes);
        using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
        return length == bytes.Length && json.RootElement.GetProperty("media").GetProperty("payload").GetBytesFromBase64().AsSpan().SequenceEqual(audio);
    }));

    [Fact]
    public void Audio_of_the_caller_is_read_as_it_was_sent() => Check.One(Fixed, Prop.ForAll<byte[]>(audio =>
    {
        var text = $$"""{"event":"media","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"{{Convert.ToBase64String(audio)}}"},"streamSid":"MZ1"}""";
        var message = StreamMessageReader.Read(Encoding.UTF8.GetBytes(text));
        using var frame = message.Audio;
        return audio.Length == 0 || (frame is not null && frame.Bytes.SequenceEqual(audio));
    }));

    [Fact]
    public void A_repetition_is_its_instances() => Check.One(Fixed, Prop.ForAll(
        Gen.Choose(0, 60).SelectMany(start => Gen.Choose(1, 40).SelectMany(count => Gen.Choose(1, 5).Select(interval => (start, count, interval)))).ToArbitrary(),
        rule =>
        {
            var first = new LocalDate(2026, 10, 1).PlusDays(rule.start);
            var series = $"DTSTART;TZID=Europe/Berlin:{Day(first)}T100000\r\nDURATION:PT90M\r\nRRULE:FREQ=DAILY;INTERVAL={rule.interval};COUNT={rule.count}";
            var single = Enumerable.Range(0, rule.count).Select(i => $"DTSTART;TZID=Europe/Berlin:{Day(first.PlusDays(i * rule.interval))}T100000\r\nDURATION:PT90M");
            return Busy([series]).SequenceEqual(Busy(single.Reverse())) && Busy([series]).Count == rule.count;
        }));

    [Fact]
    public void Any_text_is_a_calendar_or_none() => Check.One(Fixed, Prop.ForAll<string>(text =>
    {
        try
        {
            _ = Busy([(text ?? "").Replace('\0', ':')]);
            return true;
        }
        catch (CalendarFormatException)
        {
            return true;
        }
    }));

    [Fact]
    public void Clauses_together_are_the_text() => Check.One(Fixed, Prop.ForAll<string>(text =>
    {
        var words = text ?? "";
        return Bare(string.Concat(SentenceChunker.Split(words))) == Bare(words);
    }));

    [Fact]
    public void Mu_law_keeps_a_sample_within_half_a_step() => Check.One(Fixed, Prop.ForAll<short>(sample =>
    {
        var clipped = Math.Clamp((int)sample, -32635, 32635);
        var error = Math.Abs(MuLaw.Decode(MuLaw.Encode(sample)) - clipped);

        // Steps double with each of the eight segments: at most a sixteenth of the level, and 8 near silence.
        return error <= Math.Max(8, (Math.Abs(clipped) + 132) / 16);
    }));

    [Fact]
    public void Resampling_in_pieces_is_resampling_at_once() => Check.One(Fixed, Prop.ForAll<short[], int>((samples, cut) =>
    {
        var at = samples.Length == 0 ? 0 : (int)((uint)cut % (uint)samples.Length);
        return Resample(samples, samples.Length).SequenceEqual(Resample(samples, at));
    }));

    [Fact]
    public void Any_words_are_understood_or_not_but_read() => Check.One(Fixed, Prop.ForAll<string>(text =>
    {
        var said = Utterance.Parse(text ?? "");
        _ = IntentClassifier.Classify(said, Samples.Restaurant);
        _ = YesNo.Read(said);
        _ = NameParser.ReadAnswer(said);
        return said.Clauses().Count <= said.Count + 1;
    }));

    private static short[] Resample(short[] samples, int cut)
    {
        var resampler = new Resampler(22_050, 8000);
        var output = new short[resampler.MaxOutput(samples.Length) + resampler.MaxOutput(resampler.Delay + 1) + 16];
        var length = resampler.Process(samples.AsSpan(0, cut), output);
        length += resampler.Process(samples.AsSpan(cut), output.AsSpan(length));
        length += resampler.Flush(output.AsSpan(length));
        return output[..length];
    }

    private static string Day(LocalDate date) => date.ToString("uuuuMMdd", System.Globalization.CultureInfo.InvariantCulture);

    private static IReadOnlyList<Interval> Busy(IEnumerable<string> events) => CalendarReader.Read(
        $"BEGIN:VCALENDAR\r\n{string.Concat(events.Select(static one => $"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n"))}END:VCALENDAR\r\n", DateTimeZone.Utc,
        new Interval(Instant.FromUtc(2026, 9, 1, 0, 0), Instant.FromUtc(2028, 1, 1, 0, 0)), static _ => false).Busy;

    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
