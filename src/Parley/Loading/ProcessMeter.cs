using System.Globalization;

namespace Parley.Loading;

/// <summary>What a process has used so far.</summary>
/// <param name="CpuMs">Processor time, user and system, in milliseconds (in steps of 10).</param>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="Threads">Threads it has.</param>
/// <param name="Handles">Open file descriptors; null when they may not be counted.</param>
public sealed record ProcessUse(double CpuMs, long ResidentBytes, int Threads, int? Handles);

/// <summary>Reads a process's use from <c>/proc</c> (proc(5)); nothing on systems without it.</summary>
internal static class ProcessMeter
{
    // USER_HZ, which the kernel keeps at 100 for all programs whatever its own clock.
    private const int TicksPerSecond = 100;

    /// <summary>The process's use; null when there is no such process, or no <c>/proc</c>.</summary>
    public static ProcessUse? Read(int processId)
    {
        try
        {
            var folder = $"/proc/{processId.ToString(CultureInfo.InvariantCulture)}";
            return Parse(File.ReadAllText(folder + "/stat"), Handles(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a <c>stat</c> line; the program's name in it may hold anything, brackets and spaces included.</summary>
    internal static ProcessUse Parse(string stat, int? handles)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessUse(
            (Number(11) + Number(12)) * 1000.0 / TicksPerSecond, Number(21) * Environment.SystemPageSize, (int)Number(17), handles);

        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    private static int? Handles(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder + "/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
