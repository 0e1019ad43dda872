namespace QCluster.Hosting.Logging;

/// <summary>An exception that was logged in another process: its text.</summary>
internal sealed class ChildLogException(string text) : Exception(text)
{
    public override string ToString() => Message;
}
