using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Parley.Conversation.Tests.Audio;

/// <summary>SoX, the independent opinion on coding and resampling, where it is installed.</summary>
internal static class Sox
{
    /// <summary>Runs <c>sox -D input-format in output-format out effects</c> on raw audio; skips the test if there is no sox.</summary>
    public static byte[] Run(ReadOnlySpan<byte> input, string inputFormat, string outputFormat, string effects = "")
    {
        var folder = Directory.CreateTempSubdirectory("parley-sox-");
        try
        {
            var source = Path.Combine(folder.FullName, "in.raw");
            var target = Path.Combine(folder.FullName, "out.raw");
            File.WriteAllBytes(source, input);

            // -D: no dither, so that results repeat.
            var arguments = new List<string> { "-D" };
            arguments.AddRange(Words(inputFormat));
            arguments.Add(source);
            arguments.AddRange(Words(outputFormat));
            arguments.Add(target);
            arguments.AddRange(Words(effects));
            using var process = Start(arguments);
            var complaint = process.StandardError.ReadToEnd();
            process.WaitForExit();
            process.ExitCode.ShouldBe(0, complaint);
            return File.ReadAllBytes(target);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static byte[] Bytes(short[] samples) => MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();

    public static short[] Samples(byte[] bytes) => MemoryMarshal.Cast<byte, short>(bytes).ToArray();

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Process Start(List<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("sox", arguments) { RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("sox is not installed.");
            throw;
        }
    }
}
