using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

/// <summary>The source of the object for an instance method: a registered service, or an object made for the call.</summary>
internal sealed class TargetSource
{
    private readonly Type _type;
    private readonly bool _needsServices;
    private readonly ObjectFactory? _factory; // null: the container makes it, and disposes it with the scope

    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    public TargetSource(MethodInfo method, Type type, IServiceProvider services)
    {
        _type = type;
        if (services.GetService<IServiceProviderIsService>()?.IsService(_type) == true)
            return;
        if (_type.IsAbstract)
            throw new InvalidFunctionException(CSharpNames.FullName(method), $"the worker cannot make a {CSharpNames.Of(_type)}. Register an implementation of it with the worker's services.");
        try
        {
            _factory = ActivatorUtilities.CreateFactory(_type, Type.EmptyTypes);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidFunctionException(CSharpNames.FullName(method), $"the worker cannot make a {CSharpNames.Of(_type)}: {e.Message} Give the class one public constructor.");
        }

        _needsServices = _type.GetConstructors().Any(c => c.GetParameters().Length > 0);
    }

    public object Get(FunctionContext context) =>
        _factory is null ? context.Services.GetRequiredService(_type) : _factory(_needsServices ? context.Services : context.Root, []);

    public ValueTask ReleaseAsync(object? target)
    {
        if (_factory is null)
            return default;
        if (target is IAsyncDisposable disposable)
            return disposable.DisposeAsync();
        (target as IDisposable)?.Dispose();
        return default;
    }
}
