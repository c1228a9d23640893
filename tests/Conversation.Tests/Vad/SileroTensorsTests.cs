using System.Runtime.InteropServices;
using System.Text;
using Parley.Conversation.Native;
using Parley.Conversation.Tests.Native;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Vad;

/// <summary>A model file that is not the expected one is an error with a clear message when it is loaded.</summary>
public sealed class SileroTensorsTests
{
    private static readonly byte[] Model = File.ReadAllBytes(TestSpeech.Assets.SileroModel);

    [Fact]
    public void The_model_is_read() => Should.NotThrow(() => Load(Model));

    [Theory]
    [InlineData(0, "has no tensor stft.forward_basis_buffer")]
    [InlineData(1, "no whole ONNX model")]
    [InlineData(1000, "no whole ONNX model")]
    [InlineData(1_000_000, "no whole ONNX model")]
    [InlineData(2_327_500, "no whole ONNX model")]
    public void A_truncated_model_is_refused(int length, string reason)
    {
        var error = Should.Throw<SpeechAssetException>(() => Load(Model[..length]));
        error.Message.ShouldContain(reason);
        error.Message.ShouldContain("silero.onnx");
        error.Message.ShouldContain(SpeechAssets.InstallCommand);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        var legacy = Path.Combine(Path.GetDirectoryName(TestSpeech.Assets.SileroModel)!, "silero_vad_legacy.onnx");
        Should.Throw<SpeechAssetException>(() => SileroNetwork.Load(legacy)).Message.ShouldContain("not Silero version 5");
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Should.Throw<SpeechAssetException>(() => SileroNetwork.Load(Path.Combine(AppContext.BaseDirectory, "nowhere.onnx"))).Message.ShouldContain("nowhere.onnx cannot be read");

    [Theory]
    [InlineData("stft.forward_basis_buffer")]
    [InlineData("encoder.2.reparam_conv.bias")]
    [InlineData("decoder.rnn.weight_hh")]
    [InlineData("decoder.decoder.2.weight")]
    public void A_missing_tensor_is_named(string name)
    {
        var error = Should.Throw<SpeechAssetException>(() => Load(Replaced(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(name[..^1] + "?"))));
        error.Message.ShouldContain($"has no tensor {name} for 8 kHz");
    }

    [Fact]
    public void A_tensor_of_another_shape_is_refused()
    {
        var error = Should.Throw<SpeechAssetException>(() => SileroTensors.Parse(Model, "silero.onnx").Get("encoder.0.reparam_conv.weight", 128, 129, 3));
        error.Message.ShouldContain("128x65x3 instead of 128x129x3");
    }

    [Fact]
    public void A_weight_that_is_no_number_is_refused()
    {
        var bias = SileroTensors.Parse(Model, "silero.onnx").Get("encoder.3.reparam_conv.bias", 128);
        var error = Should.Throw<SpeechAssetException>(() => Load(Replaced(Bytes(bias[..8]), Bytes([.. bias[..7], float.NaN]))));
        error.Message.ShouldContain("encoder.3.reparam_conv.bias with values that are no numbers");
    }

    [Fact]
    public void A_transform_that_is_none_is_refused()
    {
        var basis = SileroTensors.Parse(Model, "silero.onnx").Get("stft.forward_basis_buffer", 130, 1, 128);
        var error = Should.Throw<SpeechAssetException>(() => Load(Replaced(Bytes(basis[1300..1310]), Bytes([.. basis[1300..1309], basis[1309] + 0.01f]))));
        error.Message.ShouldContain("no windowed Fourier transform");
    }

    [Fact]
    public void Changed_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(5);
        var refused = 0;
        for (var round = 0; round < 150; round++)
        {
            // The structure is at the start of the file and around each name.
            var changed = Model.ToArray();
            for (var i = 0; i < 4; i++)
                changed[random.Next(2) == 0 ? random.Next(200) : NearName(random)] = (byte)random.Next(256);
            try
            {
                SileroTensors.Parse(changed, "silero.onnx").Get("decoder.rnn.bias_hh", 512);
            }
            catch (SpeechAssetException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(50, 150);
    }

    private static int NearName(Random random)
    {
        ReadOnlySpan<byte> prefix = random.Next(2) == 0 ? "encoder"u8 : "decoder"u8;
        var start = random.Next(800_000);
        var at = Model.AsSpan(start).IndexOf(prefix);
        return Math.Max(0, start + at + random.Next(-24, 40));
    }

    private static void Load(byte[] model) => _ = new SileroWeights(SileroTensors.Parse(model, "silero.onnx"));

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    // Everywhere in the file.
    private static byte[] Replaced(byte[] old, byte[] replacement)
    {
        var model = Model.ToArray();
        var count = 0;
        for (var at = model.AsSpan().IndexOf(old); at >= 0; at = model.AsSpan().IndexOf(old))
        {
            replacement.CopyTo(model, at);
            count++;
        }

        count.ShouldBeGreaterThan(0);
        return model;
    }
}
