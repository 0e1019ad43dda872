using System.Text.Json.Serialization;

namespace QCluster.Client.Monitoring;

[JsonSerializable(typeof(ClusterDescription))]
[JsonSerializable(typeof(IReadOnlyList<RunningDescription>))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class InfoJson : JsonSerializerContext;
