using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Hosting;
using QCluster.Hosting.Apps;
using QCluster.Tests.Functions;

namespace QCluster.Tests.Apps;

internal sealed class AppLoaderTests
{
    private AppFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new AppFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private string CompileApp(string name, string version)
    {
        var library = _folder.Compile(name, "Numbers", $$"""
            [assembly: System.Reflection.AssemblyVersion("{{version}}")]
            public static class Numbers { public static string Version => "{{version}}"; }
            """);
        return _folder.Compile(name, name, $$"""
            public static class Functions
            {
                [QCluster.TaskFunction("{{name}}.version")]
                public static string Version() => Numbers.Version;
            }
            """, library);
    }

    [Test]
    public async Task Two_apps_use_two_versions_of_one_library()
    {
        var registry = new FunctionRegistry();
        var services = new ServiceCollection();
        AppLoader.Load(CompileApp("one", "1.0.0.0"), registry, services);
        AppLoader.Load(CompileApp("two", "2.0.0.0"), registry, services);
        var host = new FunctionHost(registry, services);
        Assert.That(await host.RunAsync("one.version", []), Is.EqualTo("1.0.0.0"));
        Assert.That(await host.RunAsync("two.version", []), Is.EqualTo("2.0.0.0"));
    }

    [Test]
    public async Task A_startup_class_adds_services_and_functions()
    {
        var app = _folder.Compile("startup", "startup", """
            using Microsoft.Extensions.DependencyInjection;
            public sealed class Greeter { public string Text => "hello"; }
            public sealed class Startup : QCluster.IAppStartup
            {
                public void ConfigureServices(IServiceCollection services) => services.AddSingleton<Greeter>();
                public void ConfigureFunctions(QCluster.FunctionRegistry functions) => functions.Add("math.max", (int a, int b) => System.Math.Max(a, b));
            }
            public sealed class Functions(Greeter greeter)
            {
                [QCluster.TaskFunction("greet")]
                public string Greet(string name) => greeter.Text + " " + name;
            }
            """);
        var registry = new FunctionRegistry();
        var services = new ServiceCollection();
        AppLoader.Load(app, registry, services);
        var host = new FunctionHost(registry, services);
        Assert.That(await host.RunAsync("greet", ["you"]), Is.EqualTo("hello you"));
        Assert.That(await host.RunAsync("math.max", [3, 5]), Is.EqualTo(5));
    }

    [Test]
    public void A_startup_class_configures_how_values_are_mapped()
    {
        var app = _folder.Compile("mapped", "mapped", """
            using System.Text.Json;
            public sealed class Startup : QCluster.IAppStartup
            {
                public void ConfigureJson(JsonSerializerOptions json) => json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
                public void ConfigureFunctions(QCluster.FunctionRegistry functions) => functions.Add("math.max", (int a, int b) => System.Math.Max(a, b));
            }
            """);
        var json = new JsonSerializerOptions();
        AppLoader.Load(app, new FunctionRegistry(), new ServiceCollection(), json);
        Assert.That(json.PropertyNamingPolicy, Is.SameAs(JsonNamingPolicy.SnakeCaseLower));
    }

    [Test]
    public void A_missing_assembly_is_named_when_it_is_needed()
    {
        var app = CompileApp("lame", "1.0.0.0");
        File.Delete(Path.Combine(Path.GetDirectoryName(app)!, "Numbers.dll"));
        var registry = new FunctionRegistry();
        AppLoader.Load(app, registry, new ServiceCollection());
        var host = new FunctionHost(registry, new ServiceCollection());
        Assert.That(async () => await host.RunAsync("lame.version", []), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("Numbers"));
    }

    [Test]
    public void An_app_without_functions_is_refused()
    {
        var app = _folder.Compile("empty", "empty", "public static class Nothing;");
        Assert.That(() => AppLoader.Load(app, new FunctionRegistry(), new ServiceCollection()), Throws.InstanceOf<AppLoadException>().With.Message.Contains("no task functions"));
    }

    [TestCase("public Startup() => throw new System.IO.FileNotFoundException(\"settings.json\");", "threw in its constructor: System.IO.FileNotFoundException: settings.json")]
    [TestCase("static Startup() => throw new System.TimeoutException(\"late\");", "threw in its constructor: System.TypeInitializationException")]
    public void A_startup_class_that_throws_is_named_with_its_exception(string member, string reason)
    {
        var app = _folder.Compile("broken", "broken", $$"""
            using Microsoft.Extensions.DependencyInjection;
            public sealed class Startup : QCluster.IAppStartup
            {
                {{member}}
                public void ConfigureServices(IServiceCollection services) { }
                public void ConfigureFunctions(QCluster.FunctionRegistry functions) { }
            }
            """);
        Assert.That(() => AppLoader.Load(app, new FunctionRegistry(), new ServiceCollection()), Throws.InstanceOf<AppLoadException>().With.Message.Contains("The startup class Startup " + reason));
    }

    [TestCase("99.0.0.0", true)]
    [TestCase("1.0.0.0", false)]
    public void An_app_that_needs_a_later_version_of_a_shared_library_is_refused(string version, bool isLater)
    {
        var shared = _folder.Compile("later", "Microsoft.Extensions.Options", $$"""
            [assembly: System.Reflection.AssemblyVersion("{{version}}")]
            public static class Later { public static int Value => 1; }
            """);
        var app = _folder.Compile("later", "later", """
            public static class Functions
            {
                [QCluster.TaskFunction("later.value")]
                public static int Value() => Later.Value;
            }
            """, shared);
        void Load() => AppLoader.Load(app, new FunctionRegistry(), new ServiceCollection());
        if (isLater)
            Assert.That(Load, Throws.InstanceOf<AppLoadException>().With.Message.Contains("is built against Microsoft.Extensions.Options 99.0.0.0, and "));
        else
            Assert.That(Load, Throws.Nothing);
    }
}
