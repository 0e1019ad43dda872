using QCluster.TestSupport;

namespace QCluster.ChaosTests.Packaging;

/// <summary>The packages, installed from a folder and used outside the repository.</summary>
internal sealed class PackageTests : ClusterFixture
{
    [Test]
    public async Task Tools_and_libraries_work_from_a_folder_of_packages()
    {
        var cache = (await PackedSolution.DotnetAsync(Folder, "nuget", "locals", "global-packages", "-l")).Split(": ", 2)[1].Trim();
        // What the packages depend on has been restored for this build; nothing is fetched.
        await File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="own" /></config>
              <fallbackPackageFolders><clear /><add key="built" value="{cache}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="local" value="{PackedSolution.Folder}" /></packageSources>
            </configuration>
            """);
        await ToolsWorkAsync();
        await LibrariesWorkAsync();
    }

    private async Task ToolsWorkAsync()
    {
        var tools = Path.Combine(Folder, "tools");
        foreach (var tool in PackedSolution.Tools)
            await PackedSolution.DotnetAsync(Folder, "tool", "install", tool, "--tool-path", tools);
        await using var cluster = await ClusterProcess.LaunchAsync([Path.Combine(tools, "qcluster"), "start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo, "--workers", "1"], new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.That((await Commands.RunAsync(Folder, null, Path.Combine(tools, "qcluster"), "async", "math.copysign", "2", "-2", "--wait", "20s", "--redis", Redis.Endpoint)).Trim(), Is.EqualTo("-2"));
        await Eventually.IsTrue(async () => (await Commands.RunAsync(Folder, null, Path.Combine(tools, "qcluster"), "info", "--redis", Redis.Endpoint)).Contains("idle", StringComparison.Ordinal));
        var screen = await Commands.RunAsync(Folder, null, Path.Combine(tools, "qmonitor"), "--run-once", "--redis", Redis.Endpoint);
        Assert.That(screen, Does.Contain("idle").And.Contains("succeeded 1,"));
    }

    private async Task LibrariesWorkAsync()
    {
        var app = Directory.CreateDirectory(Path.Combine(Folder, "app")).FullName;
        await File.WriteAllTextAsync(Path.Combine(app, "app.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="QCluster.Hosting" Version="0.1.0" />
                <PackageReference Include="QCluster.Mail" Version="0.1.0" />
                <PackageReference Include="QCluster.Postgres" Version="0.1.0" />
                <PackageReference Include="QCluster.Sqlite" Version="0.1.0" />
                <PackageReference Include="QCluster.Testing" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(app, "Program.cs"), """
            using Microsoft.Extensions.DependencyInjection;
            using QCluster;
            using QCluster.BackgroundTasks;
            using QCluster.Testing;

            await using var cluster = await TestCluster.StartAsync(test =>
            {
                test.Redis = args[0];
                test.Options.Results = args[1];
                test.Functions.AddAssembly(typeof(Sums).Assembly);
                test.Services.AddQClusterMail();
            });
            Console.WriteLine(await cluster.Client.Result<int>(await Sums.DoubleTask.StartWith(cluster.Client, 21)));
            while (await cluster.Client.Successes.Count() == 0)
                await Task.Delay(50);

            public static partial class Sums
            {
                [BackgroundTask("sums.double")]
                public static int Double(int value) => 2 * value;
            }
            """);
        Assert.That((await PackedSolution.DotnetAsync(app, "run", "-c", "Release", "--", Redis.Endpoint, "sqlite:" + Path.Combine(Folder, "results.db"))).Trim(), Does.EndWith("42"));
        Assert.That(new FileInfo(Path.Combine(Folder, "results.db")).Length, Is.Positive);
    }
}
