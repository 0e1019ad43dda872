namespace QCluster.Embedded.Serving;

/// <summary>The memory that the data take.</summary>
internal interface IMemory
{
    /// <summary>What they may take, bytes; 0 = no limit.</summary>
    long Limit { get; set; }

    /// <summary>What they take, bytes.</summary>
    long Used { get; }

    /// <summary>Whether they take more.</summary>
    bool IsFull();
}
