using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Parley.Conversation.Native;

/// <summary>
/// Finds the files of the embedded speech parts and verifies each before native code sees it: a wrong model or vocabulary would not
/// fail there, it would end the process.
/// </summary>
public sealed class SpeechAssets
{
    /// <summary>The command that brings everything but flite, from the project's folder.</summary>
    internal const string InstallCommand = "speech/install.sh";

    private readonly ConcurrentDictionary<string, string> verified = new(StringComparer.Ordinal);
    private readonly string? configured;
    private readonly string runtimeIdentifier;

    /// <summary>Assets in the configured folder, or the one found above the program.</summary>
    public SpeechAssets(IOptions<SpeechOptions> options)
        : this(options, RuntimeIdentifier())
    {
    }

    internal SpeechAssets(IOptions<SpeechOptions> options, string runtimeIdentifier)
    {
        ArgumentNullException.ThrowIfNull(options);
        configured = options.Value.Directory;
        this.runtimeIdentifier = runtimeIdentifier;
    }

    /// <summary>The speech folder, as a full path.</summary>
    /// <exception cref="SpeechAssetException">There is none.</exception>
    public string Directory => Locate(configured, AppContext.BaseDirectory);

    internal string SileroModel => Verify(SpeechAsset.SileroModel);

    internal string OnnxRuntimeLibrary => Verify(ForThisMachine(SpeechAsset.OnnxRuntimeLibrary));

    internal string SherpaLibrary
    {
        get
        {
            // It loads the runtime from its own folder.
            _ = OnnxRuntimeLibrary;
            return Verify(ForThisMachine(SpeechAsset.SherpaLibrary));
        }
    }

    internal MoonshineFiles Moonshine => new(
        Verify(SpeechAsset.MoonshineEncoder), Verify(SpeechAsset.MoonshineDecoder), Verify(SpeechAsset.MoonshineTokens));

    internal static string Locate(string? configured, string start)
    {
        if (!string.IsNullOrWhiteSpace(configured))
        {
            return System.IO.Directory.Exists(configured)
                ? Path.GetFullPath(configured)
                : throw new SpeechAssetException($"The folder of the embedded speech parts, {configured}, does not exist: set Speech:Directory to the project's speech folder.");
        }

        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "speech");
            if (File.Exists(Path.Combine(candidate, "package.json")))
                return candidate;
        }

        throw new SpeechAssetException($"No speech folder with a package.json at or above {start}: set Speech:Directory to the project's speech folder.");
    }

    internal string Verify(SpeechAsset asset) => verified.GetOrAdd(asset.Path, static (_, arguments) =>
    {
        var path = Path.Combine(arguments.Directory, arguments.asset.Path.Replace('/', Path.DirectorySeparatorChar));
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new SpeechAssetException($"{path} is missing: run {InstallCommand} to bring it.");

        // A link's own length is that of its target's name.
        var length = file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length;
        if (length != arguments.asset.Size)
            throw new SpeechAssetException($"{path} has {length} bytes instead of {arguments.asset.Size}: run {InstallCommand} to bring the right version.");

        using var stream = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return hash == arguments.asset.Sha256
            ? path
            : throw new SpeechAssetException($"{path} is not the version this program was built for (SHA-256 {hash}): run {InstallCommand} to bring it.");
    }, (asset, Directory));

    private static string RuntimeIdentifier() =>
        (OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "osx" : "win") + "-" +
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private SpeechAsset ForThisMachine(IReadOnlyDictionary<string, SpeechAsset> byRuntime) =>
        byRuntime.TryGetValue(runtimeIdentifier, out var asset)
            ? asset
            : throw new SpeechAssetException($"The embedded speech parts run on {string.Join(" and ", byRuntime.Keys)}, not on {runtimeIdentifier}: configure other speech providers.");
}
