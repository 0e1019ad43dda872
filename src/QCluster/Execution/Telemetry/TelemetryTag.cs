namespace QCluster.Execution.Telemetry;

/// <summary>Names of attributes: OpenTelemetry's for messaging, and our own.</summary>
internal static class TelemetryTag
{
    public const string System = "messaging.system";
    public const string SystemName = "qcluster";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Queue = "messaging.destination.name";
    public const string MessageId = "messaging.message.id";
    public const string ConversationId = "messaging.message.conversation_id";
    public const string MessageSize = "messaging.message.body.size";
    public const string BatchCount = "messaging.batch.message_count";
    public const string ConsumerGroup = "messaging.consumer.group.name";
    public const string ClientId = "messaging.client.id";
    public const string ErrorType = "error.type";
    public const string Function = "qcluster.function";
    public const string Attempt = "qcluster.attempt";
    public const string State = "qcluster.state";
    public const string Reason = "qcluster.reason";
    public const string Role = "qcluster.role";
    public const string Priority = "qcluster.priority";
    public const string HookOf = "qcluster.hook_of";
}
