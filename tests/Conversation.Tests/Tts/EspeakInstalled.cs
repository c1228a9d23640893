namespace Parley.Conversation.Tests.Tts;

/// <summary>espeak-ng is optional: what needs the real program says so and is skipped where it is missing.</summary>
internal static class EspeakInstalled
{
    public static void Require() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "espeak-ng"))),
        "espeak-ng is not installed.");
}
