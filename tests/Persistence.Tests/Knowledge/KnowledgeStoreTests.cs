using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;
using Parley.Conversation.Tenants;
using Parley.Persistence.Knowledge;

namespace Parley.Persistence.Tests.Knowledge;

public sealed class KnowledgeStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;
    private Tenant luigis = null!;
    private Tenant marios = null!;

    private KnowledgeSources Sources => new(world.Database, world.Clock);

    private CatalogueStore Catalogues => new(world.Database, world.Clock);

    private KnowledgeStore Store => new(world.Database, world.Signals);

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        luigis = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        marios = await world.Importer.ImportAsync(TestWorld.NewTenant("marios", "+12125550102"), default);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_document_is_replaced_whole_and_the_same_again_changes_nothing()
    {
        var first = await Sources.PutAsync(luigis.Id, Document("faq.txt", "One.\n\n" + new string('x', 500) + "\n\nTwo."), default);
        (first.Changed, first.Source.Version, first.Source.Passages).ShouldBe((true, 1, 3));
        var passages = (await Store.LoadAsync(luigis.Id, default))!.Passages;
        var same = await Sources.PutAsync(luigis.Id, Document("faq.txt", "One.\n\n" + new string('x', 500) + "\n\nTwo."), default);
        (same.Changed, same.Source.Version).ShouldBe((false, 1));
        (await Store.LoadAsync(luigis.Id, default))!.Passages.Select(p => p.Id).ShouldBe(passages.Select(p => p.Id));
        world.Clock.Now += TimeSpan.FromHours(1);

        var second = await Sources.PutAsync(luigis.Id, Document("faq.txt", "Three."), default);

        (second.Changed, second.Source.Version, second.Source.Passages).ShouldBe((true, 2, 1));
        (second.Source.UpdatedAt - second.Source.CreatedAt).ShouldBe(TimeSpan.FromHours(1));
        var loaded = (await Store.LoadAsync(luigis.Id, default))!.Passages.ShouldHaveSingleItem();
        (loaded.Source, loaded.Version, loaded.Heading, loaded.Text).ShouldBe(("faq.txt", 2, null, "Three."));
        passages.ShouldNotContain(p => p.Id == loaded.Id);
    }

    [Fact]
    public async Task No_tenant_reaches_what_is_anothers()
    {
        await Sources.PutAsync(luigis.Id, Document("secret.txt", "The safe is behind the oven."), default);
        await Sources.PutAsync(marios.Id, Document("secret.txt", "The safe is in the cellar."), default);
        await Catalogues.ReplaceAsync(luigis.Id, CatalogueFile.Parse("product,stock\nOven,1\n"), default);
        var secret = (await Store.LoadAsync(luigis.Id, default))!.Passages.Single();

        (await Store.LoadAsync(marios.Id, default))!.Passages.ShouldHaveSingleItem().Text.ShouldBe("The safe is in the cellar.");
        (await Store.LoadAsync(marios.Id, default))!.Catalogue.ShouldBeEmpty();
        (await Store.LoadAsync(Guid.Empty, default)).ShouldBeNull();
        (await Catalogues.ReadAsync(marios.Id, default)).ShouldBeEmpty();
        await Store.SaveVectorsAsync(marios.Id, "m", [new PassageVector(secret.Id, new float[] { 1, 2 })], default);
        (await Store.LoadAsync(luigis.Id, default))!.Passages.Single().VectorModel.ShouldBeNull("a vector of another tenant's passage is not taken");
        (await Sources.DeleteAsync(marios.Id, "secret.txt", default)).ShouldBeTrue();
        (await Sources.ListAsync(luigis.Id, default)).ShouldHaveSingleItem();
        (await Sources.DeleteAsync(marios.Id, "secret.txt", default)).ShouldBeFalse();

        using var knowledge = Knowledge();
        for (var i = 0; i < 3; i++)
        {
            (await knowledge.FindAsync(new KnowledgeQuery(marios.Id, "where is the safe, behind the oven?", "en", Most: 20), default)).Passages
                .ShouldAllBe(p => !p.Text.Contains("oven"));
            (await knowledge.FindAsync(new KnowledgeQuery(luigis.Id, "where is the safe?", "en", Most: 20), default)).Passages[0].Text
                .ShouldBe("The safe is behind the oven.");
            (await knowledge.FindAsync(marios.Id, new CatalogueQuery("oven"), default)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Vectors_are_kept_and_told_with_their_model()
    {
        await Sources.PutAsync(luigis.Id, Document("faq.txt", "One."), default);
        var id = (await Store.LoadAsync(luigis.Id, default))!.Passages.Single().Id;

        await Store.SaveVectorsAsync(luigis.Id, "m", [new PassageVector(id, new[] { 0.5f, -2 }), new PassageVector(Guid.Empty, new[] { 1f, 1 })], default);

        var passage = (await Store.LoadAsync(luigis.Id, default))!.Passages.Single();
        (passage.VectorModel, passage.Id).ShouldBe(("m", id));
        passage.Vector.ToArray().ShouldBe([0.5f, -2]);
    }

    [Fact]
    public async Task A_catalogue_is_replaced_whole_and_comes_back_as_it_was_given()
    {
        var file = CatalogueFile.Parse(await File.ReadAllTextAsync(Path.Combine(RetrievalCorpus.Root, "samples", "knowledge", "sole-supply", "catalogue.csv")));

        (await Catalogues.ReplaceAsync(luigis.Id, file, default)).ShouldBe(new CatalogueReplaced(1, file.Rows.Count, Changed: true));
        (await Catalogues.ReplaceAsync(luigis.Id, file, default)).ShouldBe(new CatalogueReplaced(1, file.Rows.Count, Changed: false));
        var exported = CatalogueFile.Parse(CatalogueFile.Write(await Catalogues.ReadAsync(luigis.Id, default)));
        (await Catalogues.ReplaceAsync(luigis.Id, exported, default)).Changed.ShouldBeFalse();

        (await Catalogues.ReadAsync(luigis.Id, default)).ShouldBe(file.Rows);
        (await Catalogues.ReplaceAsync(luigis.Id, CatalogueFile.Parse("product\n"), default)).ShouldBe(new CatalogueReplaced(2, 0, Changed: true));
        (await Catalogues.ReadAsync(luigis.Id, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_reaches_the_index_in_memory_by_a_signal()
    {
        await Sources.PutAsync(luigis.Id, Document("faq.txt", "Parking is free."), default);
        using var knowledge = Knowledge();
        await world.Signals.Start();
        var query = new KnowledgeQuery(luigis.Id, "what is the parking", "en");
        (await knowledge.FindAsync(query, default)).Passages.ShouldContain(p => p.Text == "Parking is free.");

        await Sources.PutAsync(luigis.Id, Document("faq.txt", "Parking is ten dollars."), default);
        await EventuallyAsync(knowledge, query, "Parking is ten dollars.");
        await world.Importer.ImportAsync(
            TestWorld.NewTenant("luigis", "+12125550101") with { Facts = [new Fact("parking", [], "Ask the porter.")] }, default);
        await EventuallyAsync(knowledge, query, "# parking\nAsk the porter.");
        await Sources.DeleteAsync(luigis.Id, "faq.txt", default);
        await EventuallyAsync(async () => !(await knowledge.FindAsync(query, default)).Passages.Any(p => p.Text.Contains("dollars")));
    }

    [Fact]
    public async Task Two_writers_of_one_document_leave_one_of_both()
    {
        var texts = Enumerable.Range(0, 8).Select(i => $"Number {i}.\n\n{new string((char)('a' + i), 500)}").ToList();

        await Task.WhenAll(texts.Select(t => Sources.PutAsync(luigis.Id, Document("faq.txt", t), default)));

        var row = (await Sources.ListAsync(luigis.Id, default)).ShouldHaveSingleItem();
        row.Version.ShouldBe(8);
        var loaded = (await Store.LoadAsync(luigis.Id, default))!.Passages;
        loaded.Count.ShouldBe(row.Passages);
        texts.ShouldContain(t => t == string.Join("\n\n", loaded.Select(p => p.Text)));
    }

    [Fact]
    public async Task Readers_meet_one_version_while_others_are_put()
    {
        static string Version(int number) => string.Join("\n\n", Enumerable.Range(0, 5).Select(part => $"Version {number}, part {part}. {new string('x', 400)}"));
        await Sources.PutAsync(luigis.Id, Document("faq.txt", Version(0)), default);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var reads = 0;
            for (; reads == 0 || !done.IsCancellationRequested; reads++)
            {
                var passages = (await Store.LoadAsync(luigis.Id, default))!.Passages;
                passages.Count.ShouldBe(5);
                passages.Select(p => p.Version).Distinct().Count().ShouldBe(1);
                passages.Select(p => p.Text[..p.Text.IndexOf(',')]).Distinct().Count().ShouldBe(1);
            }

            return reads;
        })).ToList();

        for (var number = 1; number <= 20; number++)
            await Sources.PutAsync(luigis.Id, Document("faq.txt", Version(number)), default);
        await done.CancelAsync();

        (await Task.WhenAll(readers)).ShouldAllBe(reads => reads > 0);
    }

    [Theory]
    [InlineData("windows-1251", "Собаки разрешены.")]
    [InlineData("windows-1255", "חניה חינם.")]
    public async Task A_file_in_an_older_encoding_is_refused_and_not_read_as_other_letters(string encoding, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await WithFileAsync(Encoding.GetEncoding(encoding).GetBytes(text), async path =>
        {
            (await Should.ThrowAsync<KnowledgeException>(KnowledgeFolder.ReadFileAsync(path, default))).Message.ShouldContain("UTF-8");
            (await Should.ThrowAsync<KnowledgeException>(KnowledgeFolder.ReadCatalogueAsync(path, default))).Message.ShouldContain("UTF-8");
        });
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_a_file()
    {
        foreach (var encoding in (Encoding[])[new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            await WithFileAsync([.. encoding.GetPreamble(), .. encoding.GetBytes("product,size\nЧашка,S\n")], async path =>
            {
                (await KnowledgeFolder.ReadCatalogueAsync(path, default)).Rows.ShouldHaveSingleItem().Product.ShouldBe("Чашка");
                (await KnowledgeFolder.ReadFileAsync(path, default)).Passages.ShouldHaveSingleItem().Text.ShouldStartWith("product");
            });
        }
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_before_it_is_read() => await WithFileAsync([], async path =>
    {
        await using (var file = File.OpenWrite(path))
            file.SetLength(100L * 1024 * 1024);
        (await Should.ThrowAsync<KnowledgeException>(KnowledgeFolder.ReadFileAsync(path, default))).Message.ShouldContain("more than");
        (await Should.ThrowAsync<KnowledgeException>(KnowledgeFolder.ReadCatalogueAsync(path, default))).Message.ShouldContain("more than");
    });

    [Fact]
    public async Task More_documents_than_are_kept_are_refused()
    {
        for (var i = 0; i < KnowledgeLimits.MaxSources; i++)
            await Sources.PutAsync(luigis.Id, Document($"{i}.txt", "Text."), default);

        (await Should.ThrowAsync<KnowledgeException>(Sources.PutAsync(luigis.Id, Document("more.txt", "Text."), default))).Message.ShouldContain("at most 100");
        (await Sources.PutAsync(luigis.Id, Document("7.txt", "Other."), default)).Source.Version.ShouldBe(2, "one that is there may be replaced");
    }

    private static async Task WithFileAsync(byte[] content, Func<string, Task> test)
    {
        var folder = Directory.CreateTempSubdirectory("parley-knowledge");
        try
        {
            var path = Path.Combine(folder.FullName, "document.txt");
            await File.WriteAllBytesAsync(path, content);
            await test(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static KnowledgeDocument Document(string name, string text) => KnowledgeDocument.Read(name, KnowledgeFormat.Text, text);

    private KnowledgeBase Knowledge() => new(
        Store, new KnowledgeOptions { LoadPatienceMs = 10_000 }, embedder: null, TimeProvider.System, NullLogger<KnowledgeBase>.Instance);

    private static Task EventuallyAsync(KnowledgeBase knowledge, KnowledgeQuery query, string text) =>
        EventuallyAsync(async () => (await knowledge.FindAsync(query, default)).Passages.Any(p => p.Text == text));

    private static async Task EventuallyAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await happened())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
