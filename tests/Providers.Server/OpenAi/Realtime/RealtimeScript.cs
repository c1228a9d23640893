namespace Parley.Providers.Server.OpenAi.Realtime;

/// <summary>What the model does when it answers, step by step.</summary>
public sealed class RealtimeScript
{
    internal List<Step> Steps { get; } = [];

    /// <summary>Speaks: words and their sound, <see cref="RealtimeSession.MsPerChar"/> a character, in a message of its own.</summary>
    public RealtimeScript Say(string words) => With(new Step.Say(words, null));

    /// <summary>Speaks with a pause after half of the sound, until the test lets it go on.</summary>
    public RealtimeScript SayHalf(string words, Task until) => With(new Step.Say(words, until));

    /// <summary>Speaks, and tells its words only when all of the sound is there.</summary>
    public RealtimeScript SaySoundFirst(string words) => With(new Step.Say(words, null, SoundFirst: true));

    /// <summary>Wants a tool run.</summary>
    public RealtimeScript Call(string name, string arguments) => With(new Step.Call(name, arguments));

    /// <summary>Fails: <c>response.done</c> with an error.</summary>
    public RealtimeScript Fail(string type, string code) => With(new Step.Fail(type, code));

    /// <summary>Stops early for a reason: <c>max_output_tokens</c>, <c>content_filter</c>.</summary>
    public RealtimeScript Incomplete(string reason) => With(new Step.Incomplete(reason));

    /// <summary>Sends this as it is.</summary>
    public RealtimeScript Raw(string message) => With(new Step.Raw(message));

    /// <summary>Does nothing any more.</summary>
    public RealtimeScript Hang() => With(new Step.Hang());

    /// <summary>The connection breaks, without a close.</summary>
    public RealtimeScript Cut() => With(new Step.Cut());

    private RealtimeScript With(Step step)
    {
        Steps.Add(step);
        return this;
    }

    internal abstract record Step
    {
        public sealed record Say(string Words, Task? Until, bool SoundFirst = false) : Step;

        public sealed record Call(string Name, string Arguments) : Step;

        public sealed record Fail(string Type, string Code) : Step;

        public sealed record Incomplete(string Reason) : Step;

        public sealed record Raw(string Message) : Step;

        public sealed record Hang : Step;

        public sealed record Cut : Step;
    }
}
