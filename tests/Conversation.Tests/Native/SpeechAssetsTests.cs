using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Parley.Conversation.Native;

namespace Parley.Conversation.Tests.Native;

public sealed class SpeechAssetsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-speech-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Every_file_of_this_machine_is_there_and_of_the_known_version()
    {
        var assets = TestSpeech.Assets;
        string[] files =
        [
            assets.SileroModel, assets.OnnxRuntimeLibrary, assets.SherpaLibrary,
            assets.Moonshine.Encoder, assets.Moonshine.Decoder, assets.Moonshine.Tokens,
        ];
        files.ShouldAllBe(file => Path.IsPathFullyQualified(file) && File.Exists(file));
    }

    [Fact]
    public void A_missing_file_is_named_with_the_command_that_brings_it()
    {
        var error = Should.Throw<SpeechAssetException>(() => Assets().SileroModel);
        error.Message.ShouldContain("silero_vad_v5.onnx is missing");
        error.Message.ShouldContain("speech/install.sh");
    }

    [Fact]
    public void A_file_of_the_wrong_size_is_refused()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "model"), "four");
        Should.Throw<SpeechAssetException>(() => Assets().Verify(new SpeechAsset("model", 5, "")))
            .Message.ShouldContain("has 4 bytes instead of 5");
    }

    [Fact]
    public void A_file_of_the_right_size_with_other_contents_is_refused()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "model"), "four");
        var other = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("five")));
        Should.Throw<SpeechAssetException>(() => Assets().Verify(new SpeechAsset("model", 4, other)))
            .Message.ShouldContain("not the version");
    }

    [Fact]
    public void A_file_that_appears_later_is_accepted_then()
    {
        var assets = Assets();
        var asset = new SpeechAsset("model", 4, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("four"))));
        Should.Throw<SpeechAssetException>(() => assets.Verify(asset));
        File.WriteAllText(Path.Combine(folder.FullName, "model"), "four");
        assets.Verify(asset).ShouldBe(Path.Combine(folder.FullName, "model"));
    }

    [Fact]
    public void A_link_is_judged_by_what_it_points_to()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "target"), "four");
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "model"), Path.Combine(folder.FullName, "target"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("four")));
        Assets().Verify(new SpeechAsset("model", 4, hash)).ShouldEndWith("model");
    }

    [Fact]
    public void A_machine_without_a_runtime_is_told_so()
    {
        var assets = new SpeechAssets(Options.Create(new SpeechOptions { Directory = folder.FullName }), "win-x64");
        Should.Throw<SpeechAssetException>(() => assets.SherpaLibrary).Message.ShouldContain("not on win-x64");
    }

    [Fact]
    public void The_recogniser_library_is_not_given_out_without_the_runtime_it_loads()
    {
        var assets = new SpeechAssets(Options.Create(new SpeechOptions { Directory = folder.FullName }), "linux-x64");
        Should.Throw<SpeechAssetException>(() => assets.SherpaLibrary).Message.ShouldContain("libonnxruntime.so is missing");
    }

    [Fact]
    public void The_folder_is_found_above_the_program()
    {
        var deep = folder.CreateSubdirectory("a/b/c");
        var speech = folder.CreateSubdirectory("speech");
        File.WriteAllText(Path.Combine(speech.FullName, "package.json"), "{}");
        SpeechAssets.Locate(null, deep.FullName).ShouldBe(speech.FullName);
    }

    [Fact]
    public void A_configured_folder_that_does_not_exist_is_named()
    {
        var nowhere = Path.Combine(folder.FullName, "nowhere");
        Should.Throw<SpeechAssetException>(() => SpeechAssets.Locate(nowhere, folder.FullName)).Message.ShouldContain(nowhere);
    }

    [Fact]
    public void Another_version_of_the_recogniser_library_is_refused()
    {
        Should.NotThrow(() => SherpaOnnx.RequireVersion("1.13.8", "lib.so"));
        Should.Throw<SpeechAssetException>(() => SherpaOnnx.RequireVersion("1.13.9", "lib.so")).Message.ShouldContain("1.13.8 is needed");
        Should.Throw<SpeechAssetException>(() => SherpaOnnx.RequireVersion(null, "lib.so"));
    }

    [Fact]
    public void A_voice_that_is_not_installed_is_named_with_the_command_that_brings_it()
    {
        var error = Should.Throw<SpeechAssetException>(() => Flite.LoadVoice("nobody"));
        error.Message.ShouldContain("libflite_cmu_us_nobody.so.1");
        error.Message.ShouldContain("apt-get install flite");
    }

    private SpeechAssets Assets() => new(Options.Create(new SpeechOptions { Directory = folder.FullName }));
}
