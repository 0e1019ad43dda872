namespace QCluster.Hosting.Children;

/// <summary>The role of a process of a cluster.</summary>
internal enum ChildRole
{
    Pusher = 1,
    Worker = 2,
    Monitor = 3,
}
