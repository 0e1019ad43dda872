namespace QCluster.TestSupport;

/// <summary>A Redis to test against: a process of our own, or any other.</summary>
public interface IRedisFixture : IAsyncDisposable
{
    /// <summary>What is given to <c>--redis</c>.</summary>
    string Endpoint { get; }

    /// <summary>Sends one command on a connection of its own and gives the reply as text: items of an array a line each, an error as an exception.</summary>
    Task<string> CallAsync(params string[] command);
}
