using Parley.Conversation.Rag.Ingestion;

namespace Parley.Conversation.Tests.Rag;

public sealed class DocumentTests
{
    [Fact]
    public void A_page_is_read_without_what_no_visitor_reads()
    {
        var passages = Passages(KnowledgeFormat.Html,
            """
            <!doctype html><html><head><title>Shop</title><style>p { color: red }</style></head>
            <body><nav>Home | Contact</nav><!-- secret --><script>if (1 < 2) { alert("<p>script</p>"); }</script>
            <h1>Opening &amp; closing</h1><p>We open at <b>nine</b>.<br>Always.</p>
            <ul><li>Cash</li><li>Cards <p>of all kinds</p></li></ul>
            <table><tr><th>Dish</th><th>Price</th></tr><tr><td>Soup</td><td>$5</td></tr><tr><td>Fish</td><td>$19</td></tr></table>
            <footer>Imprint</footer></body></html>
            """);

        passages.ShouldHaveSingleItem().Heading.ShouldBe("Opening & closing");
        passages[0].Text.ShouldBe("We open at nine. Always.\nCash\nCards of all kinds\nSoup; Price: $5.\nFish; Price: $19.");
    }

    [Theory]
    [InlineData("<p>open")]
    [InlineData("<p>open<")]
    [InlineData("<html><head><title>Home</title><meta name=x><style>p { color: red }</style><body><p>open")]
    [InlineData("<head><title>Home</title><p>open")]
    [InlineData("<p>open<script>never closed")]
    [InlineData("<p>open<!-- never closed")]
    [InlineData("<p>open<a href='never closed")]
    [InlineData("</nav></nav><p>open</table></tr>")]
    [InlineData("<td>open</td>")]
    public void A_broken_page_is_read_as_far_as_it_goes(string page) =>
        Passages(KnowledgeFormat.Html, page).ShouldHaveSingleItem().Text.TrimEnd('.', '<').ShouldBe("open");

    [Fact]
    public void A_page_nested_without_end_is_read_all_the_same()
    {
        var deep = string.Concat(Enumerable.Repeat("<div><ul><li>", 20_000)) + "the bottom";

        Passages(KnowledgeFormat.Html, deep).ShouldHaveSingleItem().Text.ShouldBe("the bottom");
    }

    [Fact]
    public void Markdown_keeps_headings_lists_and_tables()
    {
        var passages = Passages(KnowledgeFormat.Markdown,
            """
            # Guide

            ## Dentists

            | Name | Days |
            | --- | --- |
            | **Dr. Osei** | Monday |

            ## Parking

            Free for *two* hours, see [the map](https://example.com).

            - bikes too

            ```
            code
            ```

            <script>alert(1)</script>
            """);

        passages.Select(p => p.Heading).ShouldBe(["Guide \u203a Dentists", "Guide \u203a Parking"]);
        passages[0].Text.ShouldBe("Dr. Osei; Days: Monday.");
        passages[1].Text.ShouldBe("Free for two hours, see the map.\nbikes too");
    }

    [Fact]
    public void Markdown_nested_without_end_is_told()
    {
        var deep = string.Concat(Enumerable.Repeat(">", 20_000)) + " bottom";

        Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Markdown, deep)).Message.ShouldContain("nested");
    }

    [Theory]
    [InlineData("Dish,Price\nSoup,$5\n\"Fish, fried\",$19\n")]
    [InlineData("Dish;Price\r\nSoup;$5\r\n\"Fish, fried\";$19")]
    [InlineData("Dish\tPrice\nSoup\t$5\nFish, fried\t$19")]
    public void Each_row_of_a_table_is_a_passage(string csv) =>
        Passages(KnowledgeFormat.Csv, csv).Select(p => p.Text).ShouldBe(["Soup. Price: $5.", "Fish, fried. Price: $19."]);

    [Fact]
    public void A_table_of_questions_is_read_as_questions() =>
        Passages(KnowledgeFormat.Csv, "Question,Answer\nDo you deliver?,\"No, never.\"").ShouldHaveSingleItem().Text.ShouldBe("Do you deliver? No, never.");

    [Fact]
    public void Mistakes_of_a_table_are_told_by_line()
    {
        var error = Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Csv, "Dish,Price\nSoup,$5,more\nFish,$1\nMeat,$1,,more\n"));

        error.Errors.Select(e => e.Line).ShouldBe([2, 4]);
        error.Message.ShouldStartWith("d:2: The line has 3 cells, but there are 2 columns.");
    }

    [Theory]
    [InlineData("Q: Do you deliver?\nA: No,\nnever.\n\nQ: Dogs?\nA: Yes.")]
    [InlineData("question: Do you deliver?\nanswer: No, never.\nQUESTION: Dogs?\nANSWER: Yes.")]
    public void Questions_go_with_their_answers(string text)
    {
        KnowledgeFormats.Of("faq.txt", text).ShouldBe(KnowledgeFormat.Questions);
        Passages(KnowledgeFormat.Questions, text).Select(p => p.Text).ShouldBe(["Do you deliver? No, never.", "Dogs? Yes."]);
    }

    [Theory]
    [InlineData("ש: יש חניה?\nת: כן.", "יש חניה? כן.")]
    [InlineData("В: Есть парковка?\nО: Да.", "Есть парковка? Да.")]
    [InlineData("P: ¿Hay estacionamiento?\nR: Sí.", "¿Hay estacionamiento? Sí.")]
    public void Questions_may_be_marked_in_their_language(string text, string passage) =>
        Passages(KnowledgeFormat.Questions, text).ShouldHaveSingleItem().Text.ShouldBe(passage);

    [Fact]
    public void A_question_without_an_answer_is_told_with_its_line() =>
        Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Questions, "Q: Dogs?\n\nQ: Cats?\nA: Yes.\nA: No."))
            .Errors.Select(e => e.Line).ShouldBe([5, 1], ignoreOrder: true);

    [Fact]
    public void Long_prose_is_cut_between_sentences_and_the_last_one_is_said_again()
    {
        var sentences = Enumerable.Range(1, 60).Select(i => $"This is sentence number {i} of a long story.").ToList();
        var passages = Passages(KnowledgeFormat.Text, string.Join(' ', sentences));

        passages.Count.ShouldBeGreaterThan(3);
        passages.ShouldAllBe(p => p.Text.Length <= PassageCutter.Longest && p.Text.EndsWith('.') && p.Text.StartsWith("This is"));
        for (var i = 1; i < passages.Count; i++)
            passages[i - 1].Text.ShouldEndWith(passages[i].Text[..(passages[i].Text.IndexOf('.') + 1)]);
        sentences.ShouldAllBe(s => passages.Any(p => p.Text.Contains(s)));
    }

    [Fact]
    public void A_text_without_any_border_is_cut_and_nothing_is_lost()
    {
        var passages = Passages(KnowledgeFormat.Text, new string('x', 5_000) + " 😀" + string.Concat(Enumerable.Repeat("😀", 1_000)));

        passages.ShouldAllBe(p => p.Text.Length <= PassageCutter.Longest && !char.IsLowSurrogate(p.Text[0]));
        passages.Sum(p => p.Text.Count(c => c == 'x')).ShouldBe(5_000);
    }

    [Theory]
    [InlineData("", "There is no text")]
    [InlineData("  \n\t ", "There is no text")]
    [InlineData("a\0b", "is no text")]
    public void What_is_no_document_is_refused(string content, string why) =>
        Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Text, content)).Message.ShouldContain(why);

    [Fact]
    public void What_is_too_large_is_refused_with_the_limit()
    {
        Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Text, new string('é', 600_000))).Message.ShouldContain("at most 1048576");
        Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Csv, "a\n" + string.Join('\n', Enumerable.Repeat("x", 2_001))))
            .Message.ShouldContain("more than 2000 lines");
        Should.Throw<KnowledgeException>(() => Passages(KnowledgeFormat.Markdown, string.Join("\n\n", Enumerable.Range(0, 2_001).Select(i => $"# {i}\n\ntext"))))
            .Message.ShouldContain("at most 2000");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    public void A_name_that_cannot_be_used_is_refused(string name) =>
        Should.Throw<KnowledgeException>(() => KnowledgeDocument.Read(name, KnowledgeFormat.Text, "text"));

    [Fact]
    public void The_same_content_has_the_same_hash_and_other_content_another()
    {
        var one = KnowledgeDocument.Read("d", KnowledgeFormat.Text, "text").ContentHash.ToArray();

        KnowledgeDocument.Read("e", KnowledgeFormat.Text, "text").ContentHash.ToArray().ShouldBe(one);
        KnowledgeDocument.Read("d", KnowledgeFormat.Text, "texts").ContentHash.ToArray().ShouldNotBe(one);
        KnowledgeDocument.Read("d", KnowledgeFormat.Markdown, "text").ContentHash.ToArray().ShouldNotBe(one);
    }

    private static IReadOnlyList<PassageDraft> Passages(KnowledgeFormat format, string content) => KnowledgeDocument.Read("d", format, content).Passages;
}
