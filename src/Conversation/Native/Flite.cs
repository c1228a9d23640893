using System.Runtime.InteropServices;

namespace Parley.Conversation.Native;

/// <summary>
/// The functions of flite 2.2 that synthesis needs (flite.h, cst_synth.h, cst_item.h; the shared objects have kept the interface
/// version 1). Feature names are kept by reference in native code, so callers pass constants that never move.
/// </summary>
internal static unsafe partial class Flite
{
    /// <summary>The command that brings the libraries.</summary>
    public const string InstallCommand = "apt-get install flite";

    private const string Library = "libflite.so.1";
    private static readonly Lock Loading = new();
    private static readonly Dictionary<string, nint> Voices = new(StringComparer.Ordinal);

    /// <summary>Loads a voice such as <c>slt</c>; flite makes one instance of each a process, which lives as long.</summary>
    /// <exception cref="SpeechAssetException">The library is not installed.</exception>
    public static nint LoadVoice(string name)
    {
        lock (Loading)
        {
            if (Voices.TryGetValue(name, out var voice))
                return voice;

            var voiceLibrary = $"libflite_cmu_us_{name}.so.1";
            if (!NativeLibrary.TryLoad(Library, out _) || !NativeLibrary.TryLoad(voiceLibrary, out var library))
                throw new SpeechAssetException($"{voiceLibrary} cannot be loaded: run {InstallCommand} to bring it.");
            if (Voices.Count == 0)
                _ = Init();

            voice = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "register_cmu_us_" + name))(0);
            Voices.Add(name, voice);
            return voice;
        }
    }

    [LibraryImport(Library, EntryPoint = "new_utterance")]
    public static partial nint NewUtterance();

    [LibraryImport(Library, EntryPoint = "delete_utterance")]
    public static partial void DeleteUtterance(nint utterance);

    [LibraryImport(Library, EntryPoint = "utt_set_input_text")]
    public static partial void SetInputText(nint utterance, byte* text);

    [LibraryImport(Library, EntryPoint = "utt_relation")]
    public static partial nint Relation(nint utterance, byte* name);

    [LibraryImport(Library, EntryPoint = "relation_head")]
    public static partial nint RelationHead(nint relation);

    [LibraryImport(Library, EntryPoint = "item_next")]
    public static partial nint ItemNext(nint item);

    [LibraryImport(Library, EntryPoint = "path_to_item")]
    public static partial nint PathToItem(nint item, byte* path);

    [LibraryImport(Library, EntryPoint = "item_feat_string")]
    public static partial byte* ItemString(nint item, byte* feature);

    [LibraryImport(Library, EntryPoint = "item_feat_float")]
    public static partial float ItemFloat(nint item, byte* feature);

    [LibraryImport(Library, EntryPoint = "new_audio_streaming_info")]
    public static partial StreamingInfo* NewStreamingInfo();

    [LibraryImport(Library, EntryPoint = "audio_streaming_info_val")]
    public static partial nint StreamingInfoValue(StreamingInfo* info);

    [LibraryImport(Library, EntryPoint = "feat_set")]
    public static partial void SetFeature(nint features, byte* name, nint value);

    /// <summary>Synthesises with the method <paramref name="synthesis"/>; deletes the utterance itself and returns null on failure.</summary>
    [LibraryImport(Library, EntryPoint = "flite_do_synth")]
    public static partial nint Synthesize(nint utterance, nint voice, nint synthesis);

    /// <summary>The address of <c>utt_synth</c>, synthesis from text.</summary>
    public static nint SynthesisFromText => NativeLibrary.GetExport(NativeLibrary.Load(Library), "utt_synth");

    /// <summary>C's <c>srand</c>: flite's noise source is C's <c>rand</c>.</summary>
    [LibraryImport("libc", EntryPoint = "srand")]
    public static partial void SeedRandom(uint seed);

    [LibraryImport(Library, EntryPoint = "flite_init")]
    private static partial int Init();

    /// <summary><c>cst_audio_streaming_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct StreamingInfo
    {
        public int MinimumSamples;
        public delegate* unmanaged<Wave*, int, int, int, StreamingInfo*, int> Callback;
        public nint Utterance;
        public nint Item;
        public nint UserData;
    }

    /// <summary><c>cst_wave</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Wave
    {
        public nint Type;
        public int SampleRate;
        public int SampleCount;
        public int Channels;
        public short* Samples;
    }
}
