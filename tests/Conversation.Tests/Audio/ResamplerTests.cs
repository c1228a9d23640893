using Parley.Conversation.Audio;

namespace Parley.Conversation.Tests.Audio;

public class ResamplerTests
{
    public static TheoryData<int, int> TelephoneRatios => new()
    {
        { 8000, 16000 }, { 16000, 8000 }, { 8000, 22050 }, { 22050, 8000 }, { 8000, 24000 }, { 24000, 8000 },
    };

    public static TheoryData<int, int> Upwards => new() { { 8000, 16000 }, { 8000, 22050 }, { 8000, 24000 } };

    public static TheoryData<int, int> Downwards => new() { { 16000, 8000 }, { 22050, 8000 }, { 24000, 8000 } };

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void The_telephone_band_keeps_its_level_and_gains_nothing(int from, int to)
    {
        double lowest = 1, highest = 1, worst = 0;
        for (var frequency = 37.0; frequency <= 3400; frequency += 258.6)
        {
            var (amplitude, residue) = Tones.Fit(Steady(Resample(from, to, Tones.Tone(frequency, from, from))), frequency, to);
            lowest = Math.Min(lowest, amplitude / 30000);
            highest = Math.Max(highest, amplitude / 30000);
            worst = Math.Max(worst, residue / (30000 / Math.Sqrt(2)));
        }

        Report($"{from}->{to}: {Tones.Decibels(lowest):F4}..{Tones.Decibels(highest):F4} dB, residue {Tones.Decibels(worst):F1} dB");
        Tones.Decibels(lowest).ShouldBeGreaterThan(-0.1);
        Tones.Decibels(highest).ShouldBeLessThan(0.1);

        // Images, aliases, clicks and rounding together.
        Tones.Decibels(worst).ShouldBeLessThan(-80);
    }

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void The_band_edge_keeps_its_level(int from, int to)
    {
        var (amplitude, _) = Tones.Fit(Steady(Resample(from, to, Tones.Tone(3400, from, from))), 3400, to);

        Tones.Decibels(amplitude / 30000).ShouldBeInRange(-0.1, 0.1);
    }

    [Theory]
    [MemberData(nameof(Downwards))]
    public void Tones_the_lower_rate_cannot_hold_vanish(int from, int to)
    {
        var worst = 0.0;
        for (var frequency = (to / 2) + 1.0; frequency < from / 2; frequency += 197.3)
        {
            worst = Math.Max(worst, Tones.Rms(Steady(Resample(from, to, Tones.Tone(frequency, from, from)))));
        }

        Report($"{from}->{to}: {Tones.Decibels(worst / (30000 / Math.Sqrt(2))):F1} dB");
        Tones.Decibels(worst / (30000 / Math.Sqrt(2))).ShouldBeLessThan(-80);
    }

    [Theory]
    [MemberData(nameof(Downwards))]
    public void A_sweep_through_what_the_lower_rate_cannot_hold_vanishes(int from, int to)
    {
        var output = Resample(from, to, Tones.Sweep(to / 2 * 1.01, from / 2, from, 2 * from));

        Tones.Decibels(Tones.Rms(output) / (30000 / Math.Sqrt(2))).ShouldBeLessThan(-80);
    }

    [Theory]
    [MemberData(nameof(Upwards))]
    public void A_sweep_leaves_no_image_above_what_the_old_rate_could_hold(int from, int to)
    {
        // Sox keeps what lies above: a sharp high-pass filter of linear phase.
        var output = Resample(from, to, Tones.Sweep(50, 3390, from, 2 * from));
        var above = Sox.Samples(Sox.Run(
            Sox.Bytes(output), $"-t raw -r {to} -c 1 -e signed -b 16", "-t raw -e signed -b 16", "sinc -a 100 -t 400 4000"));

        var ratio = Tones.Decibels(Tones.Rms(above) / (30000 / Math.Sqrt(2)));
        Report($"{from}->{to}: images {ratio:F1} dB");
        ratio.ShouldBeLessThan(-80);
    }

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    [InlineData(44100, 48000)]
    [InlineData(48000, 1000)]
    public void Any_split_gives_the_same_samples(int from, int to)
    {
        var input = Tones.Noise(9001);
        var whole = Resample(from, to, input);
        var random = new Random(7);
        foreach (var most in (int[])[1, 2, 7, 160, 320, 1500, 9001])
        {
            var resampler = new Resampler(from, to);
            var output = new List<short>();
            for (var taken = 0; taken < input.Length;)
            {
                var count = Math.Min(random.Next(0, most + 1), input.Length - taken);
                var piece = new short[resampler.MaxOutput(count)];
                output.AddRange(piece.AsSpan(0, resampler.Process(input.AsSpan(taken, count), piece)));
                taken += count;
            }

            var end = new short[resampler.MaxOutput(resampler.Delay)];
            output.AddRange(end.AsSpan(0, resampler.Flush(end)));
            output.ToArray().AsSpan().SequenceEqual(whole).ShouldBeTrue($"pieces of up to {most}");
        }
    }

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void Two_minutes_of_frames_have_the_exact_number_of_samples(int from, int to)
    {
        var resampler = new Resampler(from, to);
        var frame = new short[from / 50];
        var output = new short[resampler.MaxOutput(frame.Length)];
        long written = 0;
        for (var i = 1; i <= 120 * 50; i++)
        {
            written += resampler.Process(frame, output);
            if (written != (((long)i * frame.Length * to) + from - 1) / from)
            {
                Assert.Fail($"After {i} frames of {frame.Length} samples there are {written}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void The_delay_is_what_is_stated(int from, int to)
    {
        // A pulse too slow for either rate to disturb; its centre of gravity moves by the delay.
        var input = new short[from];
        for (var i = 0; i < from; i++)
        {
            input[i] = (short)Math.Round(20000 * Math.Exp(-Math.Pow((i - (from / 4.0)) / from * 200, 2)));
        }

        var centre = Centre(Resample(from, to, input)) / to;

        centre.ShouldBe((Centre(input) + new Resampler(from, to).Delay) / from, 0.2 / to);
    }

    [Theory]
    [InlineData(8000, 16000, 36)]
    [InlineData(16000, 8000, 71)]
    [InlineData(8000, 22050, 36)]
    [InlineData(22050, 8000, 98)]
    [InlineData(8000, 24000, 36)]
    [InlineData(24000, 8000, 106)]
    [InlineData(8000, 8000, 0)]
    public void The_delays_documented_are_the_delays(int from, int to, int delay) => new Resampler(from, to).Delay.ShouldBe(delay);

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void Overshoot_saturates_and_does_not_wrap(int from, int to)
    {
        // A full-scale square wave overshoots behind any low-pass filter.
        var input = new short[from / 10];
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = i / (from / 250) % 2 == 0 ? short.MaxValue : short.MinValue;
        }

        var output = Resample(from, to, input);

        output.ShouldContain(short.MaxValue);
        output.ShouldContain(short.MinValue);

        // A wrapped peak would be a loud sample of the wrong sign, and add two turns to the 24 between 25 half waves. (At 22.05 kHz
        // the end of the input cuts a 26th short.)
        var loud = output.Where(sample => Math.Abs((int)sample) > 8000).ToArray();
        var turns = loud.Skip(1).Where((sample, i) => (sample > 0) != (loud[i] > 0)).Count();
        turns.ShouldBeInRange(24, 25);
    }

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void A_constant_stays_a_constant(int from, int to) =>
        Steady(Resample(from, to, [.. Enumerable.Repeat((short)12345, from)])).ShouldAllBe(sample => Math.Abs(sample - 12345) <= 1);

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void A_reset_or_flushed_resampler_is_like_new(int from, int to)
    {
        var input = Tones.Noise(1001);
        var resampler = new Resampler(from, to);
        var first = Resample(resampler, input);
        resampler.Process(input, new short[resampler.MaxOutput(input.Length)]);
        resampler.Reset();

        Resample(resampler, input).ShouldBe(first);
        Resample(resampler, input).ShouldBe(first);
    }

    [Fact]
    public void Equal_rates_copy()
    {
        var resampler = new Resampler(8000, 8000);
        short[] input = [1, -2, short.MaxValue, short.MinValue];

        Resample(resampler, input).ShouldBe(input);
        resampler.Flush([]).ShouldBe(0);
    }

    [Fact]
    public void Too_little_room_is_refused_and_nothing_is_lost()
    {
        var input = Tones.Noise(160);
        var resampler = new Resampler(8000, 16000);
        Should.Throw<ArgumentException>(() => resampler.Process(input, new short[319])).ParamName.ShouldBe("output");
        Should.Throw<ArgumentException>(() => resampler.Flush(new short[71])).ParamName.ShouldBe("output");

        Resample(resampler, input).ShouldBe(Resample(8000, 16000, input));
        resampler.Process([], []).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 8000)]
    [InlineData(8000, -1)]
    [InlineData(8000, 192_001)]
    [InlineData(999, 8000)]
    public void Rates_out_of_range_are_refused(int from, int to) => Should.Throw<ArgumentOutOfRangeException>(() => new Resampler(from, to));

    [Fact]
    public void Rates_that_would_need_an_absurd_table_are_refused() =>
        Should.Throw<ArgumentException>(() => new Resampler(8000, 191_999)).Message.ShouldContain("coefficients");

    [Fact]
    public void Processing_allocates_nothing()
    {
        var resampler = new Resampler(8000, 22050);
        var input = new short[160];
        var output = new short[resampler.MaxOutput(160)];
        resampler.Process(input, output);
        resampler.Flush(output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        resampler.Process(input, output);
        resampler.Flush(output);
        GC.GetAllocatedBytesForCurrentThread().ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(TelephoneRatios))]
    public void Sox_resamples_the_telephone_band_alike(int from, int to)
    {
        var input = Tones.TelephoneBand(from, from);

        // Sox takes its delay out; put ours in front of its input.
        short[] delayed = [.. new short[new Resampler(from, to).Delay], .. input];
        var theirs = Sox.Samples(Sox.Run(
            Sox.Bytes(delayed), $"-t raw -r {from} -c 1 -e signed -b 16", $"-t raw -r {to} -e signed -b 16", "rate -v"));
        var ours = Resample(from, to, input);
        var count = Math.Min(ours.Length, theirs.Length) - (to / 10);
        var difference = new short[count - (to / 10)];
        for (var i = 0; i < difference.Length; i++)
        {
            difference[i] = (short)(ours[i + (to / 10)] - theirs[i + (to / 10)]);
        }

        var ratio = Tones.Decibels(Tones.Rms(difference) / Tones.Rms(ours));
        Report($"{from}->{to}: difference {ratio:F1} dB");
        ratio.ShouldBeLessThan(-70);
    }

    private static short[] Resample(int from, int to, short[] input) => Resample(new Resampler(from, to), input);

    private static short[] Resample(Resampler resampler, short[] input)
    {
        var output = new short[resampler.MaxOutput(input.Length) + resampler.MaxOutput(resampler.Delay)];
        var written = resampler.Process(input, output);
        written.ShouldBe(resampler.MaxOutput(input.Length));
        written += resampler.Flush(output.AsSpan(written));
        return output[..written];
    }

    // Without beginning and end, where the tone is switched.
    private static short[] Steady(short[] samples) => samples[(samples.Length / 10)..(samples.Length * 9 / 10)];

    private static double Centre(short[] samples)
    {
        double sum = 0, weighted = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            sum += samples[i];
            weighted += (double)i * samples[i];
        }

        return weighted / sum;
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
