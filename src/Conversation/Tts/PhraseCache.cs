using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;

namespace Parley.Conversation.Tts;

/// <summary>
/// Keeps greetings and other fixed phrases as telephone audio, in memory and on disk, so that each is synthesised once. Keyed by provider,
/// voice, language and text; bounded in both places, the least recently used goes first. Only requests marked as fixed are kept: what is said
/// to one caller is nobody else's. A disk that is full or gone costs nothing but a new synthesis after a restart.
/// </summary>
/// <param name="inner">The voice.</param>
/// <param name="options">How much is kept, and where.</param>
/// <param name="log">Where to say that the disk fails.</param>
/// <param name="settings">What else the voice is made with: phrases of other settings are other phrases.</param>
public sealed class PhraseCache(ITextToSpeech inner, IOptions<PhraseCacheOptions> options, ILogger<PhraseCache> log, string settings = "") : ITextToSpeech
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, CachedPhrase Phrase)>> phrases = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, CachedPhrase Phrase)> byUse = new();
    private int bytesInMemory;
    private bool diskWarned;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <summary>The voice whose phrases are kept.</summary>
    internal ITextToSpeech Inner => inner;

    /// <summary>Audio kept in memory, in bytes.</summary>
    public int BytesInMemory
    {
        get
        {
            lock (gate)
                return bytesInMemory;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
        SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!request.IsFixed)
        {
            await foreach (var chunk in inner.SynthesizeAsync(request, cancellationToken))
                yield return chunk;
            yield break;
        }

        var key = KeyOf(request);
        if (Find(key) is { } known)
        {
            yield return new SpeechChunk(AudioFrame.Copy(AudioFormat.Telephone, known.Audio), known.Words);
            yield break;
        }

        var recording = new Recording();
        await foreach (var chunk in inner.SynthesizeAsync(request, cancellationToken))
        {
            using var audio = chunk.Audio;
            var (frame, words) = recording.Add(audio, chunk.Words);
            if (frame is not null || words is not null)
                yield return new SpeechChunk(frame, words);
        }

        if (recording.Finish() is { } rest)
            yield return new SpeechChunk(rest);
        if (recording.Phrase is { } phrase)
            Keep(key, phrase);
    }

    /// <summary>Whether a phrase is there already.</summary>
    internal bool Has(SpeechRequest request) => request.IsFixed && Find(KeyOf(request)) is not null;

    private CachedPhrase? Find(string key)
    {
        lock (gate)
        {
            if (phrases.TryGetValue(key, out var node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
                return node.Value.Phrase;
            }
        }

        if (PathOf(key) is not { } path || !File.Exists(path))
            return null;

        try
        {
            var phrase = CachedPhrase.FromBytes(File.ReadAllBytes(path));
            if (phrase is not null)
                Remember(key, phrase);
            return phrase;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn(e);
            return null;
        }
    }

    private void Keep(string key, CachedPhrase phrase)
    {
        Remember(key, phrase);
        if (PathOf(key) is not { } path)
            return;

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            MakeRoomOnDisk(Path.GetDirectoryName(path)!, phrase.Audio.Length);

            // Written beside and moved, so that a crash leaves no half phrase.
            var draft = path + "." + Environment.CurrentManagedThreadId;
            File.WriteAllBytes(draft, phrase.ToBytes());
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn(e);
        }
    }

    private void Remember(string key, CachedPhrase phrase)
    {
        lock (gate)
        {
            if (phrases.ContainsKey(key) || phrase.Audio.Length > options.Value.MaxMemoryBytes)
                return;

            phrases[key] = byUse.AddFirst((key, phrase));
            bytesInMemory += phrase.Audio.Length;
            while (bytesInMemory > options.Value.MaxMemoryBytes && byUse.Last is { } oldest)
            {
                byUse.RemoveLast();
                phrases.Remove(oldest.Value.Key);
                bytesInMemory -= oldest.Value.Phrase.Audio.Length;
            }
        }
    }

    private void MakeRoomOnDisk(string directory, int bytes)
    {
        var files = new DirectoryInfo(directory).GetFiles("*.phrase");
        var total = files.Sum(f => f.Length) + bytes;
        foreach (var file in files.OrderBy(f => f.LastWriteTimeUtc))
        {
            if (total <= options.Value.MaxDiskBytes)
                return;
            total -= file.Length;
            file.Delete();
        }
    }

    private string KeyOf(SpeechRequest request)
    {
        var identity = $"{inner.Name}\n{request.Voice}\n{request.Language}\n{request.Text}";
        if (settings.Length > 0 || request.Providers?.Models.ContainsKey(inner.Name) == true)
            identity += $"\n{request.Providers?.Models.GetValueOrDefault(inner.Name)}\n{settings}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
    }

    private string? PathOf(string key) => options.Value.Directory is { Length: > 0 } directory ? Path.Combine(directory, key + ".phrase") : null;

    private void Warn(Exception error)
    {
        if (!diskWarned)
            ConversationLog.PhraseCacheDisk(log, error);
        diskWarned = true;
    }

    /// <summary>A phrase while it is synthesised: passed on at once, and kept.</summary>
    private sealed class Recording
    {
        private readonly TelephoneVoice telephone = new();
        private readonly ArrayBufferWriter<byte> audio = new(16_000);
        private IReadOnlyList<WordTiming>? given;
        private IReadOnlyList<WordTiming>? words;
        private bool finished;

        public Recording() => telephone.Begin();

        /// <summary>Null when the synthesis did not come to its end.</summary>
        public CachedPhrase? Phrase => finished && audio.WrittenCount > 0 ? new CachedPhrase(audio.WrittenSpan.ToArray(), [.. words ?? []]) : null;

        public (AudioFrame? Audio, IReadOnlyList<WordTiming>? Words) Add(AudioFrame? chunk, IReadOnlyList<WordTiming>? timings)
        {
            given ??= timings;
            if (chunk is null || telephone.Convert(chunk) is not { } frame)
                return (null, null);

            audio.Write(frame.Bytes);
            if (words is not null || given is null)
                return (frame, null);

            words = telephone.Shift(given);
            return (frame, words);
        }

        public AudioFrame? Finish()
        {
            finished = true;
            var rest = telephone.Flush();
            if (rest is not null)
                audio.Write(rest.Bytes);
            return rest;
        }
    }
}
