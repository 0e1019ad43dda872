using QCluster.Hosting.Children;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using QCluster.Execution.Records;
using QCluster.Hosting;
using QCluster.Client.Inline;
using QCluster.Wire.Values;
using QCluster.Client.Enqueueing;

namespace QCluster.Testing.Harness;

/// <summary>The functions and services of a harness, made from its registrations.</summary>
internal sealed class HarnessHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public HarnessHost(ClusterOptions options, FunctionRegistry functions, ServiceCollection services, FakeTimeProvider clock)
    {
        options.Validate();
        var client = new QClusterOptions();
        options.CopyTo(client);
        client.Results = null;
        Queue = client.Queue;

        services.AddLogging();
        services.RemoveAll<IQClusterClient>();
        services.RemoveAll<FunctionRegistry>();
        services.RemoveAll<TimeProvider>();
        services.AddSingleton(functions);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(provider => new RecordingClient(client, functions, clock, provider));
        services.AddSingleton<IQClusterClient>(static provider => provider.GetRequiredService<RecordingClient>());
        services.MakeReadOnly();
        _services = services.BuildServiceProvider();
        client.MessagePack ??= _services.GetService<MessagePackSerializerOptions>();
        var serializer = ValueSerializer.Of(client.Json, client.MessagePack);
        functions.Freeze(_services, serializer);
        Client = _services.GetRequiredService<RecordingClient>();

        var format = client.ToPacketFormat();
        Decoder = new RecordDecoder(format);
        Composer = new TaskComposer(client, format);
        var settings = ChildSettings.Of(options, Environment.MachineName, Path.GetTempPath()).ToExecution("harness") with { HasQueue = false };
        Runner = new InlineRunner(format, functions, settings, clock);
    }

    public string Queue { get; }

    public IServiceProvider Services => _services;

    public RecordingClient Client { get; }

    public RecordDecoder Decoder { get; }

    public TaskComposer Composer { get; }

    public InlineRunner Runner { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
