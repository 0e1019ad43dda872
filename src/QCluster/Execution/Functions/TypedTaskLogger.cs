using Microsoft.Extensions.Logging;

namespace QCluster.Execution.Functions;

internal sealed class TypedTaskLogger<T>(ILogger inner, FunctionContext task) : TaskLogger(inner, task), ILogger<T>;
