using System.Runtime.InteropServices;

namespace Parley.Tests.Common.Speech;

/// <summary>Owns a native object that is released by one C function taking its pointer.</summary>
internal sealed unsafe class NativeHandle : SafeHandle
{
    private readonly delegate* unmanaged<nint, void> release;

    /// <summary>Takes ownership of <paramref name="pointer"/>.</summary>
    public NativeHandle(nint pointer, delegate* unmanaged<nint, void> release)
        : base(0, ownsHandle: true)
    {
        this.release = release;
        SetHandle(pointer);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The object itself, valid while the owner keeps this handle open.</summary>
    public nint Pointer => !IsClosed ? handle : throw new ObjectDisposedException(nameof(NativeHandle));

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        release(handle);
        return true;
    }
}
