using System.ComponentModel;
using System.Diagnostics;
using Parley.Conversation.Native;

namespace Parley.Conversation.Tts.Espeak;

/// <summary>
/// One run of the program espeak-ng: no shell, text through standard input only, and an empty environment, since it needs nothing of ours.
/// Ends with its disposal, whatever it is doing.
/// </summary>
internal sealed class EspeakProcess : IDisposable
{
    private const int MostErrorChars = 500;

    private readonly Process process;
    private readonly Task<string> errors;

    private EspeakProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it writes.</summary>
    public Stream Output => process.StandardOutput.BaseStream;

    /// <summary>Starts the program.</summary>
    /// <exception cref="SpeechAssetException">It is not installed, or not to be run.</exception>
    public static EspeakProcess Start(string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        try
        {
            return new EspeakProcess(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new SpeechAssetException(
                $"{program} cannot be run ({e.Message}): run ./setup.sh, or install the package espeak-ng. It speaks every language but English.", e);
        }
    }

    /// <summary>Hands the text over; nothing more is read after it.</summary>
    public async Task WriteAsync(byte[] text, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(text, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code and its errors tell why.
        }
    }

    /// <summary>Waits until the text is written and it has ended; what it has to say about a failure, or null.</summary>
    public async Task<string?> FinishAsync(Task writing, CancellationToken cancellationToken)
    {
        await writing;
        await process.WaitForExitAsync(cancellationToken);
        var said = (await errors).Trim();
        if (said.Length > MostErrorChars)
            said = said[..MostErrorChars] + "...";
        return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}{(said.Length > 0 ? ": " + said : "")}";
    }

    /// <summary>Ends it if it still runs.</summary>
    public void Dispose()
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }

        process.Dispose();
    }
}
