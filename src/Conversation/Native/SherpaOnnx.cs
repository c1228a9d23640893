using System.Reflection;
using System.Runtime.InteropServices;

namespace Parley.Conversation.Native;

/// <summary>
/// The functions of the sherpa-onnx C API that recognition needs (c-api.h of version 1.13.8). Structures change between versions, so
/// only that version is accepted.
/// </summary>
internal static unsafe partial class SherpaOnnx
{
    /// <summary>The version whose structures are laid out in this file's callers.</summary>
    public const string SupportedVersion = "1.13.8";

    private const string Library = "sherpa-onnx-c-api";
    private static readonly Lock Loading = new();
    private static string? loaded;
    private static nint library;

    /// <summary>Loads the library at <paramref name="path"/>, a full path that was verified. One copy serves the process.</summary>
    /// <exception cref="SpeechAssetException">It cannot be loaded, or is another version.</exception>
    public static void Load(string path)
    {
        lock (Loading)
        {
            if (loaded is not null)
                return;

            if (library == 0)
            {
                if (!NativeLibrary.TryLoad(path, out library))
                    throw new SpeechAssetException($"{path} cannot be loaded on this machine.");
                NativeLibrary.SetDllImportResolver(typeof(SherpaOnnx).Assembly, Resolve);
            }

            RequireVersion(Marshal.PtrToStringUTF8(GetVersionStr()), path);
            loaded = path;
        }
    }

    internal static void RequireVersion(string? version, string path)
    {
        if (version != SupportedVersion)
            throw new SpeechAssetException($"{path} is sherpa-onnx {version ?? "of unknown version"}, but {SupportedVersion} is needed: run {SpeechAssets.InstallCommand} to bring it.");
    }

    [LibraryImport(Library, EntryPoint = "SherpaOnnxCreateOfflineRecognizer")]
    public static partial nint CreateOfflineRecognizer(byte* config);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxDestroyOfflineRecognizer")]
    public static partial void DestroyOfflineRecognizer(nint recognizer);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxCreateOfflineStream")]
    public static partial nint CreateOfflineStream(nint recognizer);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxDestroyOfflineStream")]
    public static partial void DestroyOfflineStream(nint stream);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxAcceptWaveformOffline")]
    public static partial void AcceptWaveformOffline(nint stream, int sampleRate, float* samples, int count);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxDecodeOfflineStream")]
    public static partial void DecodeOfflineStream(nint recognizer, nint stream);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxGetOfflineStreamResult")]
    public static partial nint* GetOfflineStreamResult(nint stream);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxDestroyOfflineRecognizerResult")]
    public static partial void DestroyOfflineRecognizerResult(nint* result);

    [LibraryImport(Library, EntryPoint = "SherpaOnnxGetVersionStr")]
    private static partial nint GetVersionStr();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Library ? library : 0;
}
