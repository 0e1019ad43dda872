using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using QCluster.Hosting;
using QCluster.Inline;
using QCluster.Retries;
using QCluster.Wire;

namespace QCluster.Testing.Harness;

/// <summary>What a harness runs tasks with, made of what was registered.</summary>
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

        var signer = new PacketSigner(client.Name, [.. client.Secrets]);
        var limits = new WireLimits { MaxLength = client.MaxPacketBytes };
        Decoder = new RecordDecoder(signer, limits, serializer);
        Composer = new TaskComposer(client, signer, serializer);
        Signer = signer;
        Runner = new InlineRunner(client, signer, limits, Decoder, functions, clock)
        {
            Timeout = options.Timeout,
            MaxAge = options.MaxAge,
            Retries = new RetrySettings(options.MaxAttempts, options.RetryBackoff, options.RetryBackoffMax),
            Worker = "harness",
        };
    }

    public string Queue { get; }

    public IServiceProvider Services => _services;

    public RecordingClient Client { get; }

    public RecordDecoder Decoder { get; }

    public TaskComposer Composer { get; }

    public PacketSigner Signer { get; }

    public InlineRunner Runner { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
