using System.Net.Sockets;
using Npgsql;

namespace Parley.Persistence;

/// <summary>Tells a database that is away from a statement that will never succeed.</summary>
internal static class DatabaseErrors
{
    /// <summary>
    /// Whether trying again later may help. Classes of SQLSTATE (PostgreSQL manual, appendix A): 08 connection, 25006 read-only while
    /// failing over, 40 rollback, 53 resources, 55 object state, 57 operator intervention, 58 system.
    /// </summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException e => e.IsTransient || e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction
            || e.SqlState[..2] is "08" or "40" or "53" or "55" or "57" or "58",
        NpgsqlException or SocketException or IOException or TimeoutException or OperationCanceledException => true,
        // Not started yet, or being disposed of.
        InvalidOperationException => true,
        _ => false,
    };
}
