namespace Parley.Persistence.Embedded;

/// <summary>Settings of the embedded server; written anew before each start, so that a new version's reach old data.</summary>
internal static class PostgresSettings
{
    /// <summary>A log larger than this is set aside at the next start.</summary>
    public const long LargestLogBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Small: a turn is a row of a few hundred bytes, so 64 MB of buffers (PostgreSQL's own default is 128 MB) hold days of calls, and no
    /// query of ours is long enough for just-in-time compilation to pay. No TCP.
    /// </summary>
    public static string For(string socketFolder, bool durable) => $"""
        # Written by Parley at each start; changes here are lost. Put yours into postgresql.conf, below the include.
        listen_addresses = ''
        port = 5432
        unix_socket_directories = '{socketFolder.Replace("'", "''", StringComparison.Ordinal)}'
        unix_socket_permissions = 0700
        max_connections = 100
        shared_buffers = 64MB
        max_wal_size = 256MB
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        {(durable ? "" : "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n")}
        """;
}
