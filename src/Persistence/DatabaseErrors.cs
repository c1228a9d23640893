using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Parley.Persistence;

/// <summary>Tells a database that is away from a statement that will never succeed.</summary>
internal static class DatabaseErrors
{
    /// <summary>
    /// Whether trying again later may help. Classes of SQLSTATE (PostgreSQL manual, appendix A): 08 connection, 25006 read-only while
    /// failing over, 40 rollback, 53 resources, 55 object state, 57 operator intervention, 58 system; and 28 and 3D, with which a server
    /// lets nobody in, so that no statement was tried at all.
    /// </summary>
    public static bool IsAway(Exception exception) => exception switch
    {
        PostgresException e => e.IsTransient || e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction
            || e.SqlState[..2] is "08" or "28" or "3D" or "40" or "53" or "55" or "57" or "58",
        // A certificate that is not accepted is no statement's fault either.
        NpgsqlException e => e.IsTransient || e.InnerException is AuthenticationException,
        DatabaseNotStartedException or SocketException or TimeoutException => true,
        _ => false,
    };
}
