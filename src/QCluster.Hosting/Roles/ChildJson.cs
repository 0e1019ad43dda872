using System.Text.Json.Serialization;

namespace QCluster.Hosting.Roles;

[JsonSerializable(typeof(ChildSettings))]
internal sealed partial class ChildJson : JsonSerializerContext;
