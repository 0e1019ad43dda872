using System.Reflection;

namespace QCluster.Execution.Functions;

/// <summary>A class whose objects are tasks: its method, and its options.</summary>
internal interface ITaskClass
{
    Type Type { get; }

    TaskType Kind { get; }

    string Name { get; }

    MethodInfo Run { get; }

    FunctionDefaults Defaults { get; }
}
