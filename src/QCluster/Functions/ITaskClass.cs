using System.Reflection;

namespace QCluster.Functions;

/// <summary>A class whose objects are tasks: the method to run, and how to run it.</summary>
internal interface ITaskClass
{
    Type Type { get; }

    TaskType Kind { get; }

    string Name { get; }

    MethodInfo Run { get; }

    FunctionDefaults Defaults { get; }
}
