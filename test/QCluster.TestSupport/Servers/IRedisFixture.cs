namespace QCluster.TestSupport;

/// <summary>A Redis of which a test knows nothing but its address. Others may use it too: whoever asks for this has keys under names of its own.</summary>
public interface IRedisFixture : IAsyncDisposable
{
    /// <summary>What is given to <c>--redis</c>.</summary>
    string Endpoint { get; }

    /// <summary>Where a <see cref="FaultProxy"/> leads to.</summary>
    string Host { get; }

    /// <summary>The port of <see cref="Host"/>.</summary>
    int Port { get; }

    /// <summary>What is given to <c>--redis</c> so that all goes through the proxy.</summary>
    string Through(FaultProxy proxy);

    /// <summary>Sends one command on a connection of its own and gives the reply as text: items of an array a line each, an error as an exception.</summary>
    Task<string> CallAsync(params string[] command);
}
