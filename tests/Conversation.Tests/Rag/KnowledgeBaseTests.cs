using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;
using Parley.Conversation.Tests.Agents;

namespace Parley.Conversation.Tests.Rag;

public sealed class KnowledgeBaseTests
{
    private static readonly Guid A = Guid.Parse("01930000-0000-7000-8000-00000000000a");
    private static readonly Guid B = Guid.Parse("01930000-0000-7000-8000-00000000000b");

    [Fact]
    public async Task A_question_is_answered_from_documents_and_from_the_tenants_own_file()
    {
        var store = new FakeStore { [A] = ["Gift cards are sold at the bar."] };
        using var knowledge = Base(store);

        var gift = await knowledge.FindAsync(new KnowledgeQuery(A, "do you sell gift cards", "en"), default);
        var dogs = await knowledge.FindAsync(new KnowledgeQuery(A, "can I bring my dog", "en"), default);

        gift.Passages[0].Text.ShouldBe("Gift cards are sold at the bar.");
        (gift.Passages[0].Source, gift.Passages[0].Version).ShouldBe(("faq.txt", 3));
        gift.Confidence.ShouldBeGreaterThan(0.6);
        gift.Confidence.ShouldBe(gift.Passages[0].Confidence);
        dogs.Passages[0].Text.ShouldBe("# dogs\nDogs are welcome on the terrace.");
        dogs.Passages[0].Source.ShouldBe("profile");
        store.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task No_question_of_one_tenant_meets_anothers_passages()
    {
        var store = new FakeStore { [A] = ["The alarm code of the Zebra vault is blue."], [B] = ["The lobby is painted blue."] };
        using var knowledge = Base(store, Embedder());

        foreach (var question in (string[])["alarm code of the Zebra vault", "tenant A alarm", A.ToString(), "blue", "zebra; drop table", "the"])
        {
            for (var i = 0; i < 3; i++)
            {
                (await knowledge.FindAsync(new KnowledgeQuery(A, question, "en", Most: 20), default)).Passages.ShouldAllBe(p => !p.Text.Contains("lobby"));
                (await knowledge.FindAsync(new KnowledgeQuery(B, question, "en", Most: 20), default)).Passages.ShouldAllBe(p => !p.Text.Contains("alarm"));
            }
        }
    }

    [Fact]
    public async Task A_change_is_read_beside_the_old_which_answers_meanwhile()
    {
        var store = new FakeStore { [A] = ["Parking is free."] };
        using var knowledge = Base(store);
        var query = new KnowledgeQuery(A, "is the parking free", "en");
        await knowledge.FindAsync(query, default);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Gate = gate.Task;

        store[A] = ["Parking is ten dollars."];
        store.Tell(A);
        (await knowledge.FindAsync(query, default)).Passages.ShouldContain(p => p.Text == "Parking is free.");
        gate.SetResult();

        await EventuallyAsync(async () => (await knowledge.FindAsync(query, default)).Passages.Any(p => p.Text == "Parking is ten dollars."));
        store.Loads.ShouldBe(2);
    }

    [Fact]
    public async Task What_may_have_been_missed_is_read_again_when_it_is_asked()
    {
        var store = new FakeStore { [A] = ["Old."], [B] = ["Old."] };
        using var knowledge = Base(store);
        await knowledge.FindAsync(new KnowledgeQuery(A, "old", "en"), default);
        await knowledge.FindAsync(new KnowledgeQuery(B, "old", "en"), default);

        store.Tell(null);
        store.Loads.ShouldBe(2);
        await EventuallyAsync(async () =>
        {
            await knowledge.FindAsync(new KnowledgeQuery(A, "old", "en"), default);
            return store.Loads == 3;
        });
    }

    [Fact]
    public async Task A_load_that_fails_is_an_answer_without_confidence_and_is_tried_again_later()
    {
        var clock = new SetClock();
        var store = new FakeStore { [A] = ["Parking is free."], Failure = new TimeoutException() };
        using var knowledge = Base(store, time: clock);
        var query = new KnowledgeQuery(A, "is the parking free", "en");

        (await knowledge.FindAsync(query, default)).ShouldBe(KnowledgeAnswer.Nothing);
        (await knowledge.FindAsync(A, new CatalogueQuery("jordan"), default)).ShouldBeEmpty();
        store.Failure = null;
        (await knowledge.FindAsync(query, default)).Confidence.ShouldBe(0, "not before two seconds are over");
        store.Loads.ShouldBe(1);
        clock.Now += TimeSpan.FromSeconds(3);
        (await knowledge.FindAsync(query, default)).Confidence.ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public async Task A_load_that_takes_too_long_does_not_hold_up_the_question()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new FakeStore { [A] = ["Parking is free."], Gate = gate.Task };
        using var knowledge = Base(store, patienceMs: 1);
        var query = new KnowledgeQuery(A, "is the parking free", "en");

        (await knowledge.FindAsync(query, default)).ShouldBe(KnowledgeAnswer.Nothing);
        gate.SetResult();
        await EventuallyAsync(async () => (await knowledge.FindAsync(query, default)).Confidence > 0.5);
        store.Loads.ShouldBe(1, "the slow load was not given up");
    }

    [Fact]
    public async Task A_tenant_that_is_not_there_has_no_answer()
    {
        using var knowledge = Base(new FakeStore());

        (await knowledge.FindAsync(new KnowledgeQuery(B, "parking", "en"), default)).ShouldBe(KnowledgeAnswer.Nothing);
        knowledge.Count.ShouldBe(0);
    }

    [Fact]
    public async Task The_tenant_that_was_asked_longest_ago_leaves()
    {
        var store = new FakeStore();
        var ids = Enumerable.Range(0, 4).Select(i => Guid.Parse($"01930000-0000-7000-8000-0000000000f{i}")).ToArray();
        foreach (var id in ids)
            store[id] = ["Parking is free."];
        using var knowledge = Base(store, most: 2);
        foreach (var id in (Guid[])[ids[0], ids[1], ids[0], ids[2]])
            await knowledge.FindAsync(new KnowledgeQuery(id, "parking", "en"), default);

        knowledge.Count.ShouldBe(2);
        await knowledge.FindAsync(new KnowledgeQuery(ids[0], "parking", "en"), default);
        store.Loads.ShouldBe(3, "the first was asked again in between and stayed");
        await knowledge.FindAsync(new KnowledgeQuery(ids[1], "parking", "en"), default);
        store.Loads.ShouldBe(4);
    }

    [Fact]
    public async Task Meaning_finds_what_words_do_not_and_both_are_fused()
    {
        var store = new FakeStore { [A] = ["Our canine guests sleep for free.", "Cars stand in the yard."] };
        using var knowledge = Base(store, Embedder(("canine", 0), ("puppies", 0), ("Cars", 1)));
        await EventuallyAsync(async () =>
            (await knowledge.FindAsync(new KnowledgeQuery(A, "what about puppies overnight", "en"), default)).Passages is [{ Text: "Our canine guests sleep for free." }, ..]);

        (await knowledge.FindAsync(new KnowledgeQuery(A, "puppies", "en"), default)).Confidence.ShouldBeGreaterThan(0.6);
        store.Saved.Count.ShouldBe(2, "the tenant's own file has no rows");
    }

    [Fact]
    public async Task What_is_good_in_both_rankings_is_before_what_leads_one_of_them()
    {
        // By words: the rules, then the hounds. By meaning: the puppies, then the hounds.
        var store = new FakeStore { [A] = ["The kennel, kennel rules.", "Hounds sleep in the kennel.", "Puppies play in the garden."] };
        using var knowledge = Base(store, Embedder(("about", 0), ("loudly", 1), ("Puppies", 0), ("garden", 1), ("Hounds", 0), ("rules", 2)));
        var query = new KnowledgeQuery(A, "about the kennel loudly", "en");
        await EventuallyAsync(async () => (await knowledge.FindAsync(query, default)).Passages.Any(p => p.Text.StartsWith("Puppies", StringComparison.Ordinal)));

        var passages = (await knowledge.FindAsync(query, default)).Passages;

        // Cormack et al.: the sum of 1 / (60 + rank) over both rankings.
        passages[0].Text.ShouldStartWith("Hounds");
        passages[0].Score.ShouldBe(2 / 62.0, 1e-9);
        passages.Skip(1).Take(2).Select(p => p.Text[..3]).Order().ShouldBe(["Pup", "The"]);
        passages.Skip(1).Take(2).ShouldAllBe(p => Math.Abs(p.Score - 1 / 61.0) < 1e-9);
    }

    [Fact]
    public async Task Without_the_embedders_answer_words_alone_decide()
    {
        var store = new FakeStore { [A] = ["Parking is free."] };
        var embedder = Embedder(("Parking", 0));
        using var knowledge = Base(store, embedder);
        await knowledge.FindAsync(new KnowledgeQuery(A, "warm up", "en"), default);
        await EventuallyAsync(() => Task.FromResult(store.Saved.Count == 1));
        embedder.Failure = new ProviderException("test", ProviderErrorKind.QuotaExceeded, "away");

        (await knowledge.FindAsync(new KnowledgeQuery(A, "is the parking free", "en"), default)).Passages.ShouldContain(p => p.Text == "Parking is free.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("the of and")]
    [InlineData("?!. \0 \u202e")]
    public async Task A_question_without_words_finds_nothing(string text)
    {
        using var knowledge = Base(new FakeStore { [A] = ["Parking is free."] });

        (await knowledge.FindAsync(new KnowledgeQuery(A, text, "xx-nonsense"), default)).Passages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_question_without_end_is_answered_by_its_beginning()
    {
        using var knowledge = Base(new FakeStore { [A] = ["Parking is free."] });

        var answer = await knowledge.FindAsync(
            new KnowledgeQuery(A, "parking " + string.Join(' ', Enumerable.Range(0, 50_000).Select(i => "zxcv" + i)), "en", Most: 100), default);
        answer.Passages.ShouldContain(p => p.Text == "Parking is free.");
        answer.Confidence.ShouldBeLessThan(0.5);
    }

    private static KnowledgeBase Base(FakeStore store, IEmbedder? embedder = null, TimeProvider? time = null, int patienceMs = 10_000, int most = 10) => new(
        store, new KnowledgeOptions { LoadPatienceMs = patienceMs, MaxTenants = most, EmbeddingPatienceMs = 10_000 }, embedder, time ?? TimeProvider.System,
        NullLogger<KnowledgeBase>.Instance);

    private static FakeEmbedder Embedder(params (string Word, int Axis)[] meanings) => new(meanings);

    /// <summary>Loads run on other threads; what they will do is waited for.</summary>
    private static async Task EventuallyAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await happened())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Each meaning that a text has is an axis of its vector; a text without any stands at right angles to all that have one.</summary>
    private sealed class FakeEmbedder((string Word, int Axis)[] meanings) : IEmbedder
    {
        public string Name => "fake";

        public string Model => "fake-1";

        public Exception? Failure { get; set; }

        public Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(IReadOnlyList<string> texts, CallMeter? meter, CancellationToken cancellationToken)
        {
            if (Failure is not null)
                throw Failure;
            return Task.FromResult<IReadOnlyList<ReadOnlyMemory<float>>>([.. texts.Select(text =>
            {
                var vector = new float[4];
                foreach (var (word, axis) in meanings)
                    vector[axis] = text.Contains(word) ? 2 : vector[axis];
                if (vector.All(static part => part == 0))
                    vector[3] = 2;
                return (ReadOnlyMemory<float>)vector;
            })]);
        }
    }

    private sealed class FakeStore : IKnowledgeStore
    {
        private readonly Dictionary<Guid, string[]> texts = [];
        private Action<Guid?> changed = _ => { };
        private int loads;

        public int Loads => Volatile.Read(ref loads);

        public List<PassageVector> Saved { get; } = [];

        public Task Gate { get; set; } = Task.CompletedTask;

        public Exception? Failure { get; set; }

        public string[] this[Guid tenantId]
        {
            set => texts[tenantId] = value;
        }

        public void Tell(Guid? tenantId) => changed(tenantId);

        public async Task<StoredKnowledge?> LoadAsync(Guid tenantId, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref loads);
            await Gate;
            if (Failure is not null)
                throw Failure;
            return texts.TryGetValue(tenantId, out var mine)
                ? new StoredKnowledge(
                    SampleTenants.Restaurant with { Id = tenantId },
                    [.. mine.Select((text, i) => new StoredPassage(new Guid(i + 1, 0, 0, tenantId.ToByteArray()[8..]), "faq.txt", 3, null, text, null, default))], [])
                : null;
        }

        public Task SaveVectorsAsync(Guid tenantId, string model, IReadOnlyList<PassageVector> vectors, CancellationToken cancellationToken)
        {
            Saved.AddRange(vectors);
            return Task.CompletedTask;
        }

        public IDisposable Watch(Action<Guid?> changed)
        {
            this.changed = changed;
            return new MemoryStream();
        }
    }
}
