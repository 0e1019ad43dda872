using System.Text.Json.Serialization;

namespace QCluster.Info;

[JsonSerializable(typeof(ClusterDescription))]
internal sealed partial class InfoJson : JsonSerializerContext;
