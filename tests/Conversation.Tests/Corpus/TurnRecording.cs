using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Tests.Common;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>One turn of a caller, as <c>tests/corpus/turns/manifest.yaml</c> describes it. Times are milliseconds from the recording's start.</summary>
internal sealed class TurnRecording
{
    public string File { get; set; } = "";

    public string Category { get; set; } = "";

    public string Text { get; set; } = "";

    public string Voice { get; set; } = "";

    public double Stretch { get; set; }

    public double? LineNoiseDbfs { get; set; }

    public Expected Expects { get; set; } = new();

    /// <summary>The end of the last speech: a turn that is declared over before it was cut off.</summary>
    public int EndMs { get; set; }

    public List<Pause> Pauses { get; set; } = [];

    public ReplyExpectation Expectation => new(Enum.Parse<ReplyKind>(Expects.Kind, ignoreCase: true), Expects.Digits);

    /// <summary>The folder of the corpus, in the repository this test was built from.</summary>
    public static string Folder { get; } = RepositoryFiles.PathTo("tests", "corpus", "turns");

    public static List<TurnRecording> ReadAll()
    {
        var deserializer = new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .Build();
        using var manifest = System.IO.File.OpenText(Path.Combine(Folder, "manifest.yaml"));
        return deserializer.Deserialize<Manifest>(manifest).Recordings;
    }

    /// <summary>The recording's linear samples at 8 kHz.</summary>
    public short[] ReadSamples()
    {
        using var file = System.IO.File.OpenRead(Path.Combine(Folder, File));
        var audio = WavFile.Read(file);
        (audio.SampleRate, audio.Channels).ShouldBe((8000, 1), File);
        return audio.Samples.ToArray();
    }

    internal sealed class Expected
    {
        public string Kind { get; set; } = "";

        public int Digits { get; set; }
    }

    internal sealed class Pause
    {
        public int StartMs { get; set; }

        public int EndMs { get; set; }
    }

    private sealed class Manifest
    {
        public string Licence { get; set; } = "";

        public string Format { get; set; } = "";

        public List<TurnRecording> Recordings { get; set; } = [];
    }
}
