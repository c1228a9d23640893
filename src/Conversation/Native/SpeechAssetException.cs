namespace Parley.Conversation.Native;

/// <summary>A file of the embedded speech parts is missing or is not the version this program was built for.</summary>
public sealed class SpeechAssetException : Exception
{
    /// <summary>An error without details.</summary>
    public SpeechAssetException()
    {
    }

    /// <summary>An error that names the file and the command that brings it.</summary>
    public SpeechAssetException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public SpeechAssetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
