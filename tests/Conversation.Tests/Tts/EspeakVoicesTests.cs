using Parley.Conversation.Tts.Espeak;

namespace Parley.Conversation.Tests.Tts;

public sealed class EspeakVoicesTests
{
    private static readonly EspeakVoices Voices = EspeakVoices.Parse(
        """
        Pty Language       Age/Gender VoiceName          File                 Other Languages
         5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
         5  de              --/M      German             gmw/de
         5  es              --/M      Spanish_(Spain)    roa/es
         5  es-419          --/M      Spanish_(Latin_America) roa/es-419           (es-mx 6)(es 6)
         5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
         5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
         5  he              --/M      Hebrew             sem/he
         5  pt              --/M      Portuguese_(Portugal) roa/pt               (pt-pt 5)
         5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR            (pt 6)
         5  ru              --/M      Russian            zle/ru
        """);

    [Theory]
    [InlineData("es", "es")]
    [InlineData("es-ES", "es")]
    [InlineData("es-MX", "es-419")]
    [InlineData("es-US", "es-419")]
    [InlineData("es-AR", "es-419")]
    [InlineData("fr", "fr-fr")]
    [InlineData("fr-CA", "fr-fr")]
    [InlineData("FR-be", "fr-be")]
    [InlineData("de-AT", "de")]
    [InlineData("he-IL", "he")]
    [InlineData("iw", "he")]
    [InlineData("ru-RU", "ru")]
    [InlineData("pt-PT", "pt")]
    [InlineData("pt-BR", "pt-br")]
    [InlineData("pt-AO", "pt")]
    [InlineData("zh-CN", "cmn")]
    [InlineData("xx", null)]
    [InlineData("", null)]
    public void A_language_has_the_voice_that_is_nearest(string language, string? voice) => Voices.For(language).ShouldBe(voice);

    [Theory]
    [InlineData("es-419", true)]
    [InlineData("es+f3", true)]
    [InlineData("es+", false)]
    [InlineData("es+../x", false)]
    [InlineData("slt", false)]
    [InlineData("-w", false)]
    [InlineData("", false)]
    public void Only_voices_that_are_listed_exist(string voice, bool exists) => Voices.Has(voice).ShouldBe(exists);

    [Fact]
    public void Something_else_holds_no_voices() => EspeakVoices.Parse("espeak: command not found\n").Count.ShouldBe(0);
}
