namespace Parley.EndToEnd.Tests;

/// <summary>A folder for a server's data, gone when the test is over.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory(
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"parley-e2e-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}")).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
