namespace QCluster.TestSupport;

/// <summary>One RESP2 reply as text.</summary>
internal sealed record RespReply(string? Text, bool IsError, IReadOnlyList<RespReply>? Items)
{
    public static RespReply Of(string? text) => new(text, IsError: false, Items: null);
}
