using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Parley.Persistence.Tests;

public sealed class DatabaseErrorsTests
{
    [Theory]
    [InlineData("08006", true)]
    [InlineData("25006", true)]
    [InlineData("28P01", true)]
    [InlineData("3D000", true)]
    [InlineData("40P01", true)]
    [InlineData("53300", true)]
    [InlineData("57P01", true)]
    [InlineData("57P03", true)]
    [InlineData("22P02", false)]
    [InlineData("23503", false)]
    [InlineData("42601", false)]
    public void A_servers_answer_tells_by_its_class_whether_it_is_away(string state, bool away) =>
        DatabaseErrors.IsAway(new PostgresException("m", "ERROR", "ERROR", state)).ShouldBe(away);

    public static TheoryData<Exception, bool> Others => new()
    {
        { new NpgsqlException("m", new SocketException((int)SocketError.ConnectionRefused)), true },
        { new NpgsqlException("m", new EndOfStreamException()), true },
        { new NpgsqlException("m", new TimeoutException()), true },
        { new NpgsqlException("m", new AuthenticationException()), true },
        { new NpgsqlException("m"), false },
        { new SocketException((int)SocketError.TimedOut), true },
        { new TimeoutException(), true },
        { new DatabaseNotStartedException(), true },
        { new InvalidOperationException(), false },
        { new ObjectDisposedException("x"), false },
        { new OperationCanceledException(), false },
        { new IOException(), false },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Without_an_answer_only_a_lost_or_refused_connection_is_away(Exception exception, bool away) =>
        DatabaseErrors.IsAway(exception).ShouldBe(away);

    [Fact]
    public async Task A_database_that_was_stopped_is_away()
    {
        var database = Parley.Tests.Database.PostgresServer.Open("Host=/nowhere");

        await database.DisposeAsync();

        DatabaseErrors.IsAway(await Should.ThrowAsync<DatabaseNotStartedException>(async () => await database.OpenAsync(default))).ShouldBeTrue();
    }
}
