namespace QCluster.Hosting.Children;

/// <summary>What a process of a cluster does.</summary>
internal enum ChildRole
{
    Pusher = 1,
    Worker = 2,
    Monitor = 3,
}
