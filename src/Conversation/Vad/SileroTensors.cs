using System.Runtime.InteropServices;
using System.Text;
using Parley.Conversation.Native;

namespace Parley.Conversation.Vad;

/// <summary>
/// The trained tensors of the 8 kHz branch of a Silero v5 model file. The file is an ONNX model (onnx.proto of github.com/onnx/onnx)
/// whose graph holds one <c>If</c> over the sample rate; each branch repeats all tensors, as <c>Constant</c> nodes, and the branch for 8 kHz is
/// <c>else_branch</c>. Which network the tensors belong to is ours to know (<see cref="SileroNetwork"/>), so only names and shapes are read.
/// </summary>
internal sealed class SileroTensors
{
    private const ulong FloatElement = 1;

    private readonly Dictionary<string, (long[] Shape, float[] Values)> tensors = new(StringComparer.Ordinal);
    private readonly string path;

    private SileroTensors(string path) => this.path = path;

    /// <summary>Reads a model file.</summary>
    /// <exception cref="SpeechAssetException">It is not an ONNX model, or it is cut off.</exception>
    public static SileroTensors Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (IOException exception)
        {
            throw new SpeechAssetException($"{path} cannot be read: run {SpeechAssets.InstallCommand} to bring it.", exception);
        }
    }

    /// <summary>Reads the contents of a model file; the path is for messages.</summary>
    /// <exception cref="SpeechAssetException">They are not an ONNX model, or are cut off.</exception>
    public static SileroTensors Parse(ReadOnlySpan<byte> model, string path)
    {
        var tensors = new SileroTensors(path);
        try
        {
            var fields = new ProtobufReader(model);
            while (fields.Read())
            {
                if (fields.Field == Fields.ModelGraph)
                    tensors.ReadGraph(fields.Bytes);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new SpeechAssetException($"{path} is no whole ONNX model: run {SpeechAssets.InstallCommand} to bring it.", exception);
        }

        return tensors;
    }

    /// <summary>A tensor's values, the last dimension varying fastest.</summary>
    /// <exception cref="SpeechAssetException">It is missing, or has another shape: the file is another version of the network.</exception>
    public float[] Get(string name, params ReadOnlySpan<long> shape)
    {
        if (!tensors.TryGetValue(name, out var tensor))
            throw Refuse($"has no tensor {name} for 8 kHz");
        if (!shape.SequenceEqual(tensor.Shape))
            throw Refuse($"has a tensor {name} of {string.Join('x', tensor.Shape)} instead of {string.Join('x', shape.ToArray())}");
        if (Array.Exists(tensor.Values, value => !float.IsFinite(value)))
            throw Refuse($"has a tensor {name} with values that are no numbers");
        return tensor.Values;
    }

    /// <summary>The error that says what is wrong with the file.</summary>
    public SpeechAssetException Refuse(string what) =>
        new($"{path} {what}, so it is not Silero version 5: run {SpeechAssets.InstallCommand} to bring the right version.");

    private void ReadGraph(ReadOnlySpan<byte> graph)
    {
        var nodes = new ProtobufReader(graph);
        while (nodes.Read())
        {
            if (nodes.Field == Fields.GraphNode && IsOperator(nodes.Bytes, "If"u8))
                ReadBranch(Attribute(nodes.Bytes, "else_branch"u8, Fields.AttributeGraph));
        }
    }

    private void ReadBranch(ReadOnlySpan<byte> graph)
    {
        var nodes = new ProtobufReader(graph);
        while (nodes.Read())
        {
            if (nodes.Field == Fields.GraphNode && IsOperator(nodes.Bytes, "Constant"u8))
                ReadTensor(Attribute(nodes.Bytes, "value"u8, Fields.AttributeTensor));
        }
    }

    private void ReadTensor(ReadOnlySpan<byte> tensor)
    {
        var name = "";
        var shape = new List<long>();
        var isFloat = false;
        ReadOnlySpan<byte> raw = default;
        var fields = new ProtobufReader(tensor);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case Fields.TensorDimensions:
                    fields.AppendNumbers(shape);
                    break;
                case Fields.TensorElementType:
                    isFloat = fields.Number == FloatElement;
                    break;
                case Fields.TensorName:
                    name = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case Fields.TensorRaw:
                    raw = fields.Bytes;
                    break;
                default:
                    break;
            }
        }

        if (!isFloat || name.Length == 0)
            return;

        var values = MemoryMarshal.Cast<byte, float>(raw).ToArray();
        if (shape.Aggregate(1L, (product, dimension) => unchecked(product * dimension)) != values.Length)
            throw new InvalidDataException($"The tensor {name} has {values.Length} values, which is not what its shape says.");
        tensors[name] = ([.. shape], values);
    }

    private static bool IsOperator(ReadOnlySpan<byte> node, ReadOnlySpan<byte> type)
    {
        var fields = new ProtobufReader(node);
        while (fields.Read())
        {
            if (fields.Field == Fields.NodeOperator)
                return fields.Bytes.SequenceEqual(type);
        }

        return false;
    }

    // A field of a node's attribute; empty when the node has no such attribute, which the missing tensors then tell.
    private static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> node, ReadOnlySpan<byte> name, int field)
    {
        var attributes = new ProtobufReader(node);
        while (attributes.Read())
        {
            if (attributes.Field != Fields.NodeAttribute)
                continue;

            var matches = false;
            ReadOnlySpan<byte> value = default;
            var fields = new ProtobufReader(attributes.Bytes);
            while (fields.Read())
            {
                if (fields.Field == Fields.AttributeName)
                    matches = fields.Bytes.SequenceEqual(name);
                else if (fields.Field == field)
                    value = fields.Bytes;
            }

            if (matches)
                return value;
        }

        return default;
    }

    /// <summary>Field numbers of onnx.proto.</summary>
    private static class Fields
    {
        public const int ModelGraph = 7;
        public const int GraphNode = 1;
        public const int NodeOperator = 4;
        public const int NodeAttribute = 5;
        public const int AttributeName = 1;
        public const int AttributeTensor = 5;
        public const int AttributeGraph = 6;
        public const int TensorDimensions = 1;
        public const int TensorElementType = 2;
        public const int TensorName = 8;
        public const int TensorRaw = 9;
    }
}
