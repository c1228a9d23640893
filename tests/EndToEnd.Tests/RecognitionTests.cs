using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversation;
using Parley.Conversation.Audio;
using Parley.Conversation.Stt;
using Parley.Tests.Common.Speech;
using YamlDotNet.RepresentationModel;

namespace Parley.EndToEnd.Tests;

/// <summary>What the embedded recogniser makes of all sample recordings.</summary>
public sealed class RecognitionTests
{
    private const double Limit = 0.10;
    private const double NoiseDbfs = -55;
    private const int SamplesPerMs = 8;

    [Theory]
    [InlineData("alone", 0, 0)]
    [InlineData("between line noise", 200, 400)]
    public async Task The_sample_recordings_are_understood(string how, int beforeMs, int afterMs)
    {
        await using var services = new ServiceCollection().AddLogging()
            .AddEmbeddedSpeech(new ConfigurationBuilder().Build()).BuildServiceProvider();
        var recogniser = services.GetRequiredService<ISpeechToText>();
        var noise = new Random(1);
        var (errors, words) = (0, 0);
        var misheard = new List<string>();
        foreach (var (file, text) in Recordings())
        {
            WavAudio wav;
            using (var stream = File.OpenRead(Path.Combine(Repository.Audio, file)))
                wav = WavFile.Read(stream);
            short[] audio = [.. Noise(noise, beforeMs), .. wav.Channel(0), .. Noise(noise, afterMs)];

            var heard = await RecogniseAsync(recogniser, audio);
            var (wrong, count) = WordErrorRate.Count(text, heard);
            (errors, words) = (errors + wrong, words + count);
            if (wrong > 0)
                misheard.Add($"{file}: '{text}' heard as '{heard}'");
        }

        var rate = (double)errors / words;
        var told = string.Create(CultureInfo.InvariantCulture, $"word error rate, clips {how}: {rate:P1} ({errors} of {words})");
        TestContext.Current.SendDiagnosticMessage("{0}", string.Join("\n  ", misheard.Prepend(told)));
        words.ShouldBeGreaterThan(150);
        rate.ShouldBeLessThan(Limit, string.Join('\n', misheard));
    }

    private static async Task<string> RecogniseAsync(ISpeechToText recogniser, short[] audio)
    {
        var done = new TaskCompletionSource<TranscriptEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stream = recogniser.Open(new SpeechToTextOptions("en-US", []), e =>
        {
            if (e.IsFinal)
                done.TrySetResult(e);
        });
        stream.Write(audio);
        stream.RequestFinal(1);
        var result = await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        result.Error.ShouldBeNull();
        return result.Text;
    }

    private static IEnumerable<(string File, string Text)> Recordings()
    {
        var yaml = new YamlStream();
        using (var reader = File.OpenText(Path.Combine(Repository.Audio, "manifest.yaml")))
            yaml.Load(reader);
        var recordings = (YamlSequenceNode)yaml.Documents[0].RootNode["recordings"];
        return recordings.Select(r => (((YamlScalarNode)r["file"]).Value!, ((YamlScalarNode)r["text"]).Value!));
    }

    private static short[] Noise(Random random, int milliseconds)
    {
        var scale = short.MaxValue * Math.Pow(10, NoiseDbfs / 20) * Math.Sqrt(3);
        return [.. Enumerable.Range(0, milliseconds * SamplesPerMs).Select(_ => (short)(scale * ((2 * random.NextDouble()) - 1)))];
    }
}
