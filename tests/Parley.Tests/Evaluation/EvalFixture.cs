using Parley.Evaluation;
using Parley.Tests.Common;

namespace Parley.Tests.Evaluation;

/// <summary>One server for all scenarios, and the scenarios of the repository.</summary>
public sealed class EvalFixture : IAsyncLifetime
{
    private EvalServer? server;

    /// <summary>Where they are.</summary>
    public static string Folder { get; } = RepositoryFiles.PathTo("samples", "scenarios");

    internal static IReadOnlyList<Scenario> Scenarios { get; } = ScenarioReader.ReadAll(Folder);

    internal EvalServer Server => server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync() => server = await EvalServer.StartAsync(null, audio: false, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
