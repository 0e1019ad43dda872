using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Model.Errors;

namespace QCluster.Hosting.Apps;

/// <summary>Loads users' assemblies, each with its own dependencies, and registers their functions and services.</summary>
internal static class AppLoader
{
    /// <exception cref="AppLoadException">The app cannot be loaded, or has no functions.</exception>
    public static void Load(string path, FunctionRegistry functions, IServiceCollection services, JsonSerializerOptions? json = null)
    {
        var assembly = LoadAssembly(path);
        try
        {
            var before = functions.Names.Count;
            Add(assembly, functions, services, json);
            if (functions.Names.Count == before)
                throw new AppLoadException($"The app '{path}' has no task functions. Mark methods with [TaskFunction(\"some.name\")], or add them in an IAppStartup.");
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new AppLoadException($"The app '{path}' lacks a dependency: {e.LoaderExceptions.FirstOrDefault()?.Message ?? e.Message} Publish it, or build it with <EnableDynamicLoading>true</EnableDynamicLoading>, so that its dependencies stand beside it.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or TypeLoadException or BadImageFormatException)
        {
            throw new AppLoadException($"The app '{path}' lacks a dependency: {e.Message} Publish it, or build it with <EnableDynamicLoading>true</EnableDynamicLoading>, so that its dependencies stand beside it.", e);
        }
    }

    /// <summary>Registers the functions and services of a loaded assembly.</summary>
    public static void Add(Assembly assembly, FunctionRegistry functions, IServiceCollection services, JsonSerializerOptions? json = null)
    {
        AddStartup(assembly, functions, services, json ?? new JsonSerializerOptions());
        functions.AddAssembly(assembly);
    }

    private static Assembly LoadAssembly(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new AppLoadException($"The app '{path}' was not found (looked at {full}). Give the path of a built assembly, for example bin/Release/net10.0/My.Tasks.dll.");
        try
        {
            var assembly = new AppLoadContext(full).LoadFromAssemblyPath(full);
            CheckShared(assembly, path);
            return assembly;
        }
        catch (BadImageFormatException e)
        {
            throw new AppLoadException($"The app '{path}' is not a .NET assembly, or is built for another processor. Give the .dll, not the .exe.", e);
        }
        catch (FileLoadException e)
        {
            throw new AppLoadException($"The app '{path}' cannot be loaded: {e.Message}", e);
        }
    }

    /// <summary>Refuses an app that was built against a later version of an assembly it shares with the worker: it would fail at some call, or find members missing.</summary>
    private static void CheckShared(Assembly assembly, string path)
    {
        foreach (var wanted in assembly.GetReferencedAssemblies().Where(r => AppLoadContext.IsShared(r) && r.Version is not null))
        {
            var here = Assembly.Load(new AssemblyName(wanted.Name!)).GetName().Version!;
            if (wanted.Version > here)
                throw new AppLoadException($"The app '{path}' is built against {wanted.Name} {wanted.Version}, and {here} is what this program has, which it shares with its apps. Build the app against {here.ToString(2)} or an earlier version, or host the cluster in the app's own program (AddQClusterWorker).");
        }
    }

    private static void AddStartup(Assembly assembly, FunctionRegistry functions, IServiceCollection services, JsonSerializerOptions json)
    {
        var types = assembly.GetCustomAttributes<AppStartupAttribute>().Select(a => a.StartupType).ToArray();
        if (types.Length == 0)
            types = [.. assembly.GetExportedTypes().Where(t => typeof(IAppStartup).IsAssignableFrom(t) && t is { IsAbstract: false, IsInterface: false })];
        foreach (var type in types)
        {
            if (!typeof(IAppStartup).IsAssignableFrom(type))
                throw new AppLoadException($"The startup class {type} does not implement {nameof(IAppStartup)}.");
            Run(type, "constructor", () =>
            {
                var startup = (IAppStartup)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, null, null)!;
                Run(type, nameof(IAppStartup.ConfigureServices), () => startup.ConfigureServices(services));
                Run(type, nameof(IAppStartup.ConfigureJson), () => startup.ConfigureJson(json));
                Run(type, nameof(IAppStartup.ConfigureFunctions), () => startup.ConfigureFunctions(functions));
            });
        }
    }

    /// <summary>Reports exceptions of user code as such. Errors of the library and of the loader stay unchanged.</summary>
    private static void Run(Type type, string member, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is not (QClusterException or AppLoadException or TypeLoadException or BadImageFormatException or MissingMethodException or FileLoadException) && !IsMissingAssembly(e))
        {
            throw new AppLoadException($"The startup class {type} threw in its {member}: {ExceptionText.Of(e)}", e);
        }
    }

    private static bool IsMissingAssembly(Exception e) => e is FileNotFoundException { FileName: { } name } && name.Contains(", Version=", StringComparison.Ordinal);

    private sealed class AppLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        // What crosses the border between app and worker must be the same types on both sides.
        private static readonly string[] Shared =
        [
            "QCluster", "QCluster.Hosting", "MessagePack", "MessagePack.Annotations",
            "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.Options",
            "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Primitives",
        ];

        private readonly AssemblyDependencyResolver _resolver = new(path);

        public static bool IsShared(AssemblyName name) => Array.Exists(Shared, s => string.Equals(s, name.Name, StringComparison.OrdinalIgnoreCase));

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (IsShared(assemblyName))
                return null;
            return _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
        }

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : 0;
    }
}
