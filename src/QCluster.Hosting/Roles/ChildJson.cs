using System.Text.Json.Serialization;

namespace QCluster.Hosting.Roles;

[JsonSerializable(typeof(ChildSettings))]
[JsonSerializable(typeof(Sentinel.ClusterDescription))]
internal sealed partial class ChildJson : JsonSerializerContext;
