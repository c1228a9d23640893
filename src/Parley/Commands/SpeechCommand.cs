using System.CommandLine;
using Parley.Conversation;
using Parley.Conversation.Audio;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.Commands;

/// <summary><c>parley speech say TEXT FILE</c> and <c>parley speech transcribe FILE</c>: the embedded speech parts by themselves.</summary>
internal static class SpeechCommand
{
    private const int TelephoneRate = 8000;

    public static Command Create() => new("speech", "Try the embedded speech parts.") { CreateSay(), CreateTranscribe() };

    private static Command CreateSay()
    {
        var text = new Argument<string>("TEXT") { Description = "What to say." };
        var file = new Argument<FileInfo>("FILE") { Description = "WAV file to write (8 kHz, as on the telephone)." };
        var voice = new Option<string?>("--voice") { Description = "slt, rms, awb or kal; default: slt." };
        var say = new Command("say", "Speak a text into a WAV file.") { text, file, voice };
        say.SetAction((parsed, cancellation) => WithSpeechAsync(async services =>
        {
            var samples = new List<short>();
            var telephone = new TelephoneVoice();
            foreach (var clause in SentenceChunker.Split(parsed.GetValue(text)!))
            {
                telephone.Begin();
                var request = new SpeechRequest(clause, parsed.GetValue(voice), "en-US");
                await foreach (var chunk in services.GetRequiredService<ITextToSpeech>().SynthesizeAsync(request, cancellation))
                {
                    using var audio = chunk.Audio;
                    Add(audio is null ? null : telephone.Convert(audio));
                }

                Add(telephone.Flush());
            }

            var path = parsed.GetValue(file)!.FullName;
            await using var stream = File.Create(path);
            WavFile.Write(stream, samples.ToArray(), TelephoneRate);
            Console.WriteLine($"{path}: {samples.Count / (double)TelephoneRate:0.0} s");
            return CommandHost.Ok;

            void Add(Conversation.Frames.AudioFrame? frame)
            {
                if (frame is null)
                    return;
                using (frame)
                {
                    var linear = new short[frame.Bytes.Length];
                    MuLaw.Decode(frame.Bytes, linear);
                    samples.AddRange(linear);
                }
            }
        }));
        return say;
    }

    private static Command CreateTranscribe()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "WAV file: PCM 16 bit or mu-law; the first channel counts." };
        var transcribe = new Command("transcribe", "Write down what is said in a WAV file.") { file };
        transcribe.SetAction((parsed, cancellation) => WithSpeechAsync(async services =>
        {
            WavAudio audio;
            await using (var stream = parsed.GetValue(file)!.OpenRead())
                audio = WavFile.Read(stream);

            var done = new TaskCompletionSource<TranscriptEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            var options = new SpeechToTextOptions("en-US", []);
            await using var recogniser = services.GetRequiredService<ISpeechToText>().Open(options, e =>
            {
                if (e.IsFinal)
                    done.TrySetResult(e);
            });
            recogniser.Write(AtTelephoneRate(audio));
            recogniser.RequestFinal(1);
            var text = await done.Task.WaitAsync(cancellation);
            if (text.Error is not null)
                throw new InvalidDataException(text.Error);
            Console.WriteLine(text.Text);
            return CommandHost.Ok;
        }));
        return transcribe;
    }

    private static short[] AtTelephoneRate(WavAudio audio)
    {
        var mono = audio.Channel(0);
        if (audio.SampleRate == TelephoneRate)
            return mono;

        var resampler = new Resampler(audio.SampleRate, TelephoneRate);
        var output = new short[resampler.MaxOutput(mono.Length) + resampler.MaxOutput(4096)];
        var count = resampler.Process(mono, output);
        count += resampler.Flush(output.AsSpan(count));
        return output[..count];
    }

    private static Task<int> WithSpeechAsync(Func<IServiceProvider, Task<int>> work) => CommandHost.RunAsync(async () =>
    {
        var builder = CommandHost.CreateBuilder();
        builder.Services.AddEmbeddedSpeech(builder.Configuration);
        await using var app = builder.Build();
        return await work(app.Services);
    });
}
