using Parley.Providers.Server;

namespace Parley.Providers.Tests.OpenAi;

public class ServerTests
{
    [Fact]
    public async Task A_local_server_listens_on_a_port_of_its_own()
    {
        await using var one = await LocalServer.StartAsync(static _ => { });
        await using var two = await LocalServer.StartAsync(static _ => { });

        one.Address.Port.ShouldNotBe(two.Address.Port);
    }
}
