using Microsoft.Extensions.DependencyInjection;
using QCluster.Execution.Functions;

namespace QCluster.Client.Groups;

/// <summary>Gives the callback of a set the records of the set's tasks.</summary>
internal static class SetCallback
{
    /// <exception cref="UnknownTaskException">The records of the set have expired.</exception>
    public static async Task FetchMembersAsync(PacketContext context)
    {
        var group = context.CallbackOf ?? throw new InvalidOperationException("The task is not the callback of a set.");
        var client = context.Root.GetRequiredService<IQClusterClient>();
        context.Members = [.. await client.FetchGroup(group, cancellationToken: context.CancellationToken).ConfigureAwait(false) ?? throw new UnknownTaskException(group)];
    }
}
