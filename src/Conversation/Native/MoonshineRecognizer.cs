using System.Runtime.InteropServices;

namespace Parley.Conversation.Native;

/// <summary>
/// The Moonshine tiny model behind sherpa-onnx. One instance serves many threads: a decode has its own stream, and the model's
/// sessions hold no state between runs.
/// </summary>
internal sealed unsafe class MoonshineRecognizer : SafeHandle
{
    // SherpaOnnxOfflineRecognizerConfig of version 1.13.8, 64-bit; everything not set here is zero.
    private const int ConfigBytes = 608;
    private const int FeatureRate = 0;
    private const int FeatureDimension = 4;
    private const int TokensPath = 104;
    private const int Threads = 112;
    private const int Provider = 120;
    private const int EncoderPath = 192;
    private const int MergedDecoderPath = 216;
    private const int DecodingMethod = 528;

    private MoonshineRecognizer(nint recognizer)
        : base(0, ownsHandle: true) => SetHandle(recognizer);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Loads the model (about half a second). The files were verified: bad ones could end the process.</summary>
    public static MoonshineRecognizer Load(string libraryPath, MoonshineFiles files)
    {
        SherpaOnnx.Load(libraryPath);
        var config = stackalloc byte[ConfigBytes];
        new Span<byte>(config, ConfigBytes).Clear();
        *(int*)(config + FeatureRate) = 16000;
        *(int*)(config + FeatureDimension) = 80;
        *(int*)(config + Threads) = 1;

        // The library copies the strings.
        var strings = stackalloc nint[5];
        try
        {
            *(nint*)(config + TokensPath) = strings[0] = Marshal.StringToCoTaskMemUTF8(files.Tokens);
            *(nint*)(config + EncoderPath) = strings[1] = Marshal.StringToCoTaskMemUTF8(files.Encoder);
            *(nint*)(config + MergedDecoderPath) = strings[2] = Marshal.StringToCoTaskMemUTF8(files.Decoder);
            *(nint*)(config + Provider) = strings[3] = Marshal.StringToCoTaskMemUTF8("cpu");
            *(nint*)(config + DecodingMethod) = strings[4] = Marshal.StringToCoTaskMemUTF8("greedy_search");
            var recognizer = SherpaOnnx.CreateOfflineRecognizer(config);
            return recognizer != 0
                ? new MoonshineRecognizer(recognizer)
                : throw new SpeechAssetException($"sherpa-onnx could not load the Moonshine model at {files.Encoder}.");
        }
        finally
        {
            for (var i = 0; i < 5; i++)
                Marshal.FreeCoTaskMem(strings[i]);
        }
    }

    /// <summary>The words in samples from -1 to 1. At rates other than 16 kHz the library resamples.</summary>
    public string Transcribe(ReadOnlySpan<float> samples, int sampleRate)
    {
        var held = false;
        nint stream = 0;
        nint* result = null;
        try
        {
            DangerousAddRef(ref held);
            stream = SherpaOnnx.CreateOfflineStream(handle);
            fixed (float* first = samples)
                SherpaOnnx.AcceptWaveformOffline(stream, sampleRate, first, samples.Length);
            SherpaOnnx.DecodeOfflineStream(handle, stream);
            result = SherpaOnnx.GetOfflineStreamResult(stream);
            return result is null ? "" : Marshal.PtrToStringUTF8(*result) ?? "";
        }
        finally
        {
            if (result is not null)
                SherpaOnnx.DestroyOfflineRecognizerResult(result);
            if (stream != 0)
                SherpaOnnx.DestroyOfflineStream(stream);
            if (held)
                DangerousRelease();
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        SherpaOnnx.DestroyOfflineRecognizer(handle);
        return true;
    }
}
