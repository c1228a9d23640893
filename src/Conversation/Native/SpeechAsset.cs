namespace Parley.Conversation.Native;

/// <summary>One file of a known version: native code is only ever given files that match.</summary>
/// <param name="Path">Path below the speech folder, with forward slashes.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of the contents, lower-case hexadecimal.</param>
internal sealed record SpeechAsset(string Path, long Size, string Sha256)
{
    /// <summary>Silero voice activity detection, version 5 (npm @ricky0123/vad-web 0.0.31).</summary>
    public static readonly SpeechAsset SileroModel = new(
        "node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx", 2_327_524,
        "2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f");

    /// <summary>Moonshine tiny, quantised: the encoder (npm @moonshine-ai/moonshine-js 0.1.29).</summary>
    public static readonly SpeechAsset MoonshineEncoder = new(
        "node_modules/@moonshine-ai/moonshine-js/dist/model/tiny/quantized/encoder_model.onnx", 7_937_661,
        "c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a");

    /// <summary>Moonshine tiny, quantised: the decoder with and without cache in one graph.</summary>
    public static readonly SpeechAsset MoonshineDecoder = new(
        "node_modules/@moonshine-ai/moonshine-js/dist/model/tiny/quantized/decoder_model_merged.onnx", 20_243_286,
        "eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367");

    /// <summary>Moonshine's vocabulary, written by speech/prepare.mjs from llama-tokenizer-js 1.2.2.</summary>
    public static readonly SpeechAsset MoonshineTokens = new(
        "models/tokens.txt", 510_394,
        "d71fea24064d9c4f3969c12ee6bf9c5d127fd173cc62e33565777e016e6b4db6");

    /// <summary>The sherpa-onnx C API, version 1.13.8, by runtime identifier.</summary>
    public static readonly IReadOnlyDictionary<string, SpeechAsset> SherpaLibrary = new Dictionary<string, SpeechAsset>
    {
        ["linux-x64"] = new("node_modules/sherpa-onnx-linux-x64/libsherpa-onnx-c-api.so", 5_116_576,
            "b1019f8c9583e3e576c2ba6032b580677fcf6e2230c241a8b423c65aceded021"),
        ["linux-arm64"] = new("node_modules/sherpa-onnx-linux-arm64/libsherpa-onnx-c-api.so", 4_613_032,
            "d1b41ded09e00017b37375584792cf697dad8bf35ccd787706acdbc4c7afc912"),
    };

    /// <summary>ONNX Runtime 1.28.2, as sherpa-onnx brings it, by runtime identifier.</summary>
    public static readonly IReadOnlyDictionary<string, SpeechAsset> OnnxRuntimeLibrary = new Dictionary<string, SpeechAsset>
    {
        ["linux-x64"] = new("node_modules/sherpa-onnx-linux-x64/libonnxruntime.so", 27_026_609,
            "4b3607aebd1784b26b6f9b20e4bd974c7ab8287043e4d095cb7d2cb40b5e566e"),
        ["linux-arm64"] = new("node_modules/sherpa-onnx-linux-arm64/libonnxruntime.so", 34_606_912,
            "cfc800d4438f15e8d9017521326776ca7117d8783cb847ccccc2fc61ac4d540f"),
    };
}
