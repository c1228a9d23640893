using System.Runtime.InteropServices;
using Parley.Conversation.Native;

namespace Parley.Tests.Common.Speech;

/// <summary>
/// The few functions of ONNX Runtime's C API that running a model needs. The library exports <c>OrtGetApiBase</c>, which
/// hands out a table of function pointers; the table only ever grows at its end (onnxruntime_c_api.h, struct OrtApi), so the indexes
/// below hold for every version from 1 on.
/// </summary>
internal sealed unsafe class OnnxRuntime
{
    /// <summary>The API version asked for: every library since ONNX Runtime 1.17 serves it.</summary>
    private const uint ApiVersion = 17;

    private const int FloatElement = 1;
    private const int Int64Element = 7;
    private const int WarningLevel = 2;
    private const int AllOptimizations = 99;
    private const int ArenaAllocator = 1;
    private const int DefaultMemory = 0;

    // The OrtEnv is one a process and holds the logger of all sessions; like the library it is never unloaded.
    private readonly nint environment;
    private readonly nint cpuMemory;
    private readonly nint* api;

    private OnnxRuntime(nint* api, string version)
    {
        this.api = api;
        Version = version;
        nint made;
        fixed (byte* name = "parley"u8)
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)api[Index.CreateEnv])(WarningLevel, name, &made));
        environment = made;
        Check(((delegate* unmanaged<int, int, nint*, nint>)api[Index.CreateCpuMemoryInfo])(ArenaAllocator, DefaultMemory, &made));
        cpuMemory = made;
    }

    /// <summary>The library's version, such as 1.28.2.</summary>
    public string Version { get; }

    /// <summary>Loads the library at <paramref name="path"/>, a full path that was verified.</summary>
    /// <exception cref="SpeechAssetException">It cannot be loaded or does not serve the version of the API used here.</exception>
    public static OnnxRuntime Load(string path)
    {
        if (!NativeLibrary.TryLoad(path, out var library) || !NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var export))
            throw new SpeechAssetException($"{path} cannot be loaded as ONNX Runtime on this machine.");

        var apiBase = ((delegate* unmanaged<nint*>)export)();
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "unknown";
        var table = ((delegate* unmanaged<uint, nint*>)apiBase[0])(ApiVersion);
        return table is null
            ? throw new SpeechAssetException($"ONNX Runtime {version} at {path} does not serve version {ApiVersion} of its API.")
            : new OnnxRuntime(table, version);
    }

    /// <summary>Opens a model for use by many threads, each running it on its own thread only.</summary>
    public NativeHandle CreateSession(string modelPath)
    {
        nint options, session;
        Check(((delegate* unmanaged<nint*, nint>)api[Index.CreateSessionOptions])(&options));
        var path = Marshal.StringToCoTaskMemUTF8(modelPath);
        try
        {
            Check(((delegate* unmanaged<nint, int, nint>)api[Index.SetIntraOpNumThreads])(options, 1));
            Check(((delegate* unmanaged<nint, int, nint>)api[Index.SetInterOpNumThreads])(options, 1));
            Check(((delegate* unmanaged<nint, int, nint>)api[Index.SetSessionGraphOptimizationLevel])(options, AllOptimizations));
            Check(((delegate* unmanaged<nint, nint, nint, nint*, nint>)api[Index.CreateSession])(environment, path, options, &session));
        }
        finally
        {
            Marshal.FreeCoTaskMem(path);
            ((delegate* unmanaged<nint, void>)api[Index.ReleaseSessionOptions])(options);
        }

        return new NativeHandle(session, (delegate* unmanaged<nint, void>)api[Index.ReleaseSession]);
    }

    /// <summary>A float tensor over memory of the caller's, which must stay where it is until the tensor is released.</summary>
    public NativeHandle CreateTensor(float* data, int length, ReadOnlySpan<long> shape) =>
        CreateTensor(data, length * sizeof(float), shape, FloatElement);

    /// <summary>A 64-bit integer tensor over memory of the caller's; an empty shape makes a scalar.</summary>
    public NativeHandle CreateTensor(long* data, int length, ReadOnlySpan<long> shape) =>
        CreateTensor(data, length * sizeof(long), shape, Int64Element);

    /// <summary>
    /// Runs a model. All four arrays hold pointers: names are zero-terminated UTF-8, values are tensors; outputs are written into
    /// the tensors given. Allocates nothing managed.
    /// </summary>
    public void Run(nint session, nint* inputNames, nint* inputs, int inputCount, nint* outputNames, nint* outputs, int outputCount) =>
        Check(((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)api[Index.Run])(
            session, 0, inputNames, inputs, (nuint)inputCount, outputNames, (nuint)outputCount, outputs));

    private NativeHandle CreateTensor(void* data, int bytes, ReadOnlySpan<long> shape, int elementType)
    {
        nint tensor;
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)api[Index.CreateTensorWithDataAsOrtValue])(
                cpuMemory, data, (nuint)bytes, dimensions, (nuint)shape.Length, elementType, &tensor));
        }

        return new NativeHandle(tensor, (delegate* unmanaged<nint, void>)api[Index.ReleaseValue]);
    }

    private void Check(nint status)
    {
        if (status == 0)
            return;

        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)api[Index.GetErrorMessage])(status));
        ((delegate* unmanaged<nint, void>)api[Index.ReleaseStatus])(status);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }

    /// <summary>Places in the OrtApi table.</summary>
    private static class Index
    {
        public const int GetErrorMessage = 2;
        public const int CreateEnv = 3;
        public const int CreateSession = 7;
        public const int Run = 9;
        public const int CreateSessionOptions = 10;
        public const int SetSessionGraphOptimizationLevel = 23;
        public const int SetIntraOpNumThreads = 24;
        public const int SetInterOpNumThreads = 25;
        public const int CreateTensorWithDataAsOrtValue = 49;
        public const int CreateCpuMemoryInfo = 69;
        public const int ReleaseStatus = 93;
        public const int ReleaseSession = 95;
        public const int ReleaseValue = 96;
        public const int ReleaseSessionOptions = 100;
    }
}
