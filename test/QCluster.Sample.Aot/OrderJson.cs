using System.Text.Json.Serialization;

namespace QCluster.Sample.Aot;

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
