using System.Text.Json.Serialization;

namespace QCluster.Hosting.Children;

[JsonSourceGenerationOptions(PreferredObjectCreationHandling = JsonObjectCreationHandling.Populate)]
[JsonSerializable(typeof(ChildSettings))]
internal sealed partial class ChildJson : JsonSerializerContext;
