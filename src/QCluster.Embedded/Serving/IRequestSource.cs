namespace QCluster.Embedded.Serving;

/// <summary>Something that has requests to run.</summary>
internal interface IRequestSource
{
    /// <summary>Runs them, on the thread of the loop.</summary>
    void Run();
}
