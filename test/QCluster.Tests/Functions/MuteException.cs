namespace QCluster.Tests.Functions;

/// <summary>An exception that says nothing of itself.</summary>
internal sealed class MuteException(Exception? inner = null) : Exception("", inner)
{
    public override string Message => throw new NotSupportedException();

    public override string? StackTrace => throw new NotSupportedException();

    public override System.Collections.IDictionary Data => throw new NotSupportedException();

    public override string ToString() => throw new NotSupportedException();
}
