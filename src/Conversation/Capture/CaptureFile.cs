namespace Parley.Conversation.Capture;

/// <summary>One capture on its way to the disk. Everything but <see cref="IsGivenUp"/> and <see cref="GiveUp"/> belongs to the writer.</summary>
internal sealed class CaptureFile(CaptureHeader header, byte[]? key) : IAsyncDisposable
{
    private Stream? stream;
    private BlockCipher? cipher;
    private int givenUp;

    /// <summary>The call.</summary>
    public Guid CallId => header.CallId;

    /// <summary>Where it is written; null before the first block.</summary>
    public string? Path { get; private set; }

    /// <summary>Nothing more is written.</summary>
    public bool IsGivenUp => Volatile.Read(ref givenUp) != 0;

    /// <summary>Stops the capture; true for the first to do so, who tells why.</summary>
    public bool GiveUp() => Interlocked.Exchange(ref givenUp, 1) == 0;

    /// <summary>Writes a block; the file is there with the first of them.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> records, bool last, string directory, Func<string, Stream> create)
    {
        if (stream is null)
        {
            var bytes = CaptureHeaderFormat.Write(header, key, out var fileKey);
            cipher = new BlockCipher(bytes, fileKey);
            Path = Free(System.IO.Path.Combine(
                directory, header.StartedAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
            stream = create(Path);
            await stream.WriteAsync(bytes);
        }

        var (block, length) = cipher!.Seal(records.Span, last);
        try
        {
            await stream.WriteAsync(block.AsMemory(0, length));
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(block);
        }

        await stream.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        cipher?.Dispose();
        if (stream is not null)
            await stream.DisposeAsync();
    }

    // A call that broke off comes back under its id.
    private string Free(string folder)
    {
        var path = System.IO.Path.Combine(folder, $"{header.CallId}{CallCaptures.Extension}");
        for (var part = 2; File.Exists(path); part++)
            path = System.IO.Path.Combine(folder, $"{header.CallId}-{part}{CallCaptures.Extension}");
        return path;
    }
}
