using System.Text.Json.Serialization;

namespace QCluster.Info;

[JsonSerializable(typeof(ClusterDescription))]
[JsonSerializable(typeof(IReadOnlyList<RunningDescription>))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class InfoJson : JsonSerializerContext;
