namespace Parley.Conversation.Providers;

/// <summary>One use of a provider, whose outcome its gate is told. A stream may tell more than one.</summary>
internal sealed class ProviderUse(ProviderGate gate, string variant, bool isProbe)
{
    // 1 while the use has to tell how the probe ended.
    private int probe = isProbe ? 1 : 0;

    /// <summary>It gave what it was asked for.</summary>
    public void Succeeded() => gate.Succeeded(TakeProbe());

    /// <summary>It did not.</summary>
    public void Failed(Exception failure) => gate.Failed(TakeProbe(), variant, failure);

    /// <summary>Nobody waits for it any more.</summary>
    public void Abandoned() => gate.Abandoned(TakeProbe());

    private bool TakeProbe() => Interlocked.Exchange(ref probe, 0) == 1;
}
