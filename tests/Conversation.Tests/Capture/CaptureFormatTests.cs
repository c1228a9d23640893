using System.Buffers.Binary;
using System.Text;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Tests.Capture;

public sealed class CaptureFormatTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_is_read_back_as_it_went(bool encrypted)
    {
        var key = encrypted ? CapturedRig.Key : null;
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync(key), key);

        call.IsTruncated.ShouldBeFalse();
        call.Header.Tenant.ShouldBe("test");
        call.Header.Agent.ShouldBe("scripted");
        call.Head.Call.CallerNumber.ShouldBe("+12125550123");
        call.Head.Call.Tenant.Greeting.ShouldBe("Hello there.");
        call.Head.Call.Tenant.TimeZone.Id.ShouldBe("UTC");
        call.StartedAt.ShouldBe(new DateTimeOffset(2026, 11, 20, 17, 0, 0, TimeSpan.Zero));

        var events = call.Steps.Select(s => s.Event).OfType<CapturedEvent>().ToList();
        var frames = events.Where(e => e.Kind == CallEventKind.Audio).ToList();
        frames.ShouldAllBe(f => f.Audio.Length == 160);
        frames.Select(f => f.TimestampMs).ShouldBe(Enumerable.Range(0, frames.Count).Select(i => i * 20L));
        string.Concat(events.Where(e => e.Kind == CallEventKind.Key).Select(e => (char)e.Number)).ShouldBe("12#");
        events.Where(e => e.Kind == CallEventKind.Transcript).ShouldContain(e => e.Text == "I want a table for four people.");
        events.Where(e => e.Kind == CallEventKind.AgentOutput).Select(e => e.Output).ShouldContain(new AgentEvent.Say("You pressed 12."));
        events.Last().Number.ShouldBe((int)CallEndReason.CallerHungUp);
        events.Where(e => e.Kind == CallEventKind.ClauseChunk).ShouldContain(e => e.Words != null && e.Audio.Length > 0);
        call.Steps.Select(s => s.AtMs).ShouldBeInOrder();

        var outputs = call.Steps.SelectMany(s => s.Outputs).ToList();
        outputs.Count(o => o.Kind == CallOutputKind.Turn).ShouldBe(7);
        outputs.Count(o => o.Kind == CallOutputKind.Clear).ShouldBeGreaterThan(0);
        outputs.Where(o => o.Kind == CallOutputKind.CallEnd).ShouldHaveSingleItem().Text.ShouldContain("CallerHungUp");
    }

    [Fact]
    public async Task The_readable_part_tells_no_number_no_name_and_no_key()
    {
        var file = await CapturedRig.CaptureAsync(CapturedRig.Key);

        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12));
        var json = Encoding.UTF8.GetString(file, CaptureHeaderFormat.FixedBytes, length);
        json.ShouldContain("\"caller\":\"+12***23\"");
        json.ShouldContain("\"called\":\"+12***01\"");
        var all = Encoding.Latin1.GetString(file);
        foreach (var secret in (string[])["2125550123", "2125550101", "Hello there", "Greeting", CapturedRig.Key])
            all.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(secret);
        file.AsSpan().IndexOf(Convert.FromBase64String(CapturedRig.Key)).ShouldBe(-1);
    }

    [Fact]
    public async Task The_same_call_encrypted_twice_shares_no_block()
    {
        var first = await CapturedRig.CaptureAsync(CapturedRig.Key);
        var second = await CapturedRig.CaptureAsync(CapturedRig.Key);

        var blocks = CaptureHeaderFormat.FixedBytes + BinaryPrimitives.ReadInt32LittleEndian(first.AsSpan(12)) + BlockCipher.PrefixBytes;
        first.AsSpan(blocks, 64).SequenceEqual(second.AsSpan(blocks, 64)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "The capture is encrypted; give its key.")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "The key is not the one that the capture was encrypted with.")]
    [InlineData("secret", "The key must be the base64 of 32 bytes.")]
    public async Task Without_the_key_there_is_a_clear_error(string? key, string message)
    {
        var file = await CapturedRig.CaptureAsync(CapturedRig.Key);

        Should.Throw<CaptureException>(() => CapturedRig.Read(file, key)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_byte_is_found_wherever_it_is(bool encrypted)
    {
        var key = encrypted ? CapturedRig.Key : null;
        var file = await CapturedRig.CaptureAsync(key);

        for (var i = 0; i < file.Length; i += i < 1000 ? 1 : 997)
        {
            var changed = file.ToArray();
            changed[i] ^= 0x10;
            CapturedCall? read = null;
            try
            {
                read = CapturedRig.Read(changed, key);
            }
            catch (CaptureException)
            {
                continue;
            }

            // A longer length makes the last blocks look cut off, which is reported too.
            read.IsTruncated.ShouldBeTrue($"byte {i} of {file.Length}");
        }
    }

    [Fact]
    public async Task A_changed_block_is_named()
    {
        var file = await CapturedRig.CaptureAsync(CapturedRig.Key);
        file[^40] ^= 1;

        Should.Throw<CaptureException>(() => CapturedRig.Read(file, CapturedRig.Key)).Message
            .ShouldMatch("^Block [2-9][0-9]* of the capture is damaged or was changed[.]$");
    }

    [Fact]
    public async Task Blocks_cannot_change_places()
    {
        var file = await CapturedRig.CaptureAsync();
        var start = CaptureHeaderFormat.FixedBytes + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12));
        int Length(int at) => BlockCipher.PrefixBytes + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)) + sizeof(uint);
        var first = file.AsSpan(start, Length(start)).ToArray();
        var second = file.AsSpan(start + first.Length, Length(start + first.Length)).ToArray();

        byte[] exchanged = [.. file[..start], .. second, .. first, .. file[(start + first.Length + second.Length)..]];

        Should.Throw<CaptureException>(() => CapturedRig.Read(exchanged)).Message.ShouldBe("Block 1 of the capture is damaged or was changed.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_cut_short_gives_its_whole_blocks(bool encrypted)
    {
        var key = encrypted ? CapturedRig.Key : null;
        var file = await CapturedRig.CaptureAsync(key);
        var whole = CapturedRig.Read(file, key);
        var lengths = new HashSet<int>();

        for (var length = 0; length < file.Length; length += 499)
        {
            CapturedCall part;
            try
            {
                part = CapturedRig.Read(file[..length], key);
            }
            catch (CaptureException e)
            {
                lengths.Count.ShouldBe(0, "only while not one block is whole");
                e.Message.ShouldMatch("cut short|not a capture");
                continue;
            }

            part.IsTruncated.ShouldBeTrue();
            part.Steps.Count.ShouldBeLessThan(whole.Steps.Count);
            part.DurationMs.ShouldBe(whole.Steps[part.Steps.Count - 1].AtMs);
            lengths.Add(part.Steps.Count);
        }

        lengths.Count.ShouldBeGreaterThan(2, "several blocks");
    }

    [Fact]
    public async Task A_file_that_goes_on_behind_its_end_is_refused()
    {
        var file = await CapturedRig.CaptureAsync();

        Should.Throw<CaptureException>(() => CapturedRig.Read([.. file, 0])).Message.ShouldContain("goes on behind its end");
    }

    [Fact]
    public async Task Another_version_is_named()
    {
        var file = await CapturedRig.CaptureAsync();
        file[8] = 9;

        Should.Throw<CaptureException>(() => CapturedRig.Read(file)).Message.ShouldBe("The capture is of version 9; this program reads version 1.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("PARLEY")]
    [InlineData("RIFF and something that is long enough to be a header of a capture")]
    public void Another_file_is_no_capture(string content)
    {
        Should.Throw<CaptureException>(() => CapturedRig.Read(Encoding.ASCII.GetBytes(content))).Message.ShouldBe("This is not a capture of a call.");
    }
}
