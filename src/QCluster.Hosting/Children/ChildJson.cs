using System.Text.Json.Serialization;

namespace QCluster.Hosting.Children;

[JsonSerializable(typeof(ChildSettings))]
internal sealed partial class ChildJson : JsonSerializerContext;
