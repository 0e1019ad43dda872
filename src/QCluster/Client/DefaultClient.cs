using QCluster.Client.Settings;

namespace QCluster.Client;

/// <summary>The client behind the static calls.</summary>
internal static class DefaultClient
{
    private static readonly Lock Gate = new();
    private static readonly AsyncLocal<IQClusterClient?> Scoped = new();
    private static IQClusterClient? _default;

    /// <summary>The client; created with settings from the environment if there is none.</summary>
    public static IQClusterClient Instance
    {
        get
        {
            if (Scoped.Value is { } scoped)
                return scoped;
            lock (Gate)
                return _default ??= new QClusterClient(new SettingsReader().ReadClient());
        }

        set
        {
            lock (Gate)
                _default = value;
        }
    }

    /// <summary>The client, if there is one yet.</summary>
    public static IQClusterClient? Existing
    {
        get
        {
            if (Scoped.Value is { } scoped)
                return scoped;
            lock (Gate)
                return _default;
        }
    }

    /// <summary>Makes a client the default for the calling code and the code that it calls, and for no other. Null: ends this.</summary>
    /// <returns>The previous default.</returns>
    public static IQClusterClient? Use(IQClusterClient? client)
    {
        var before = Scoped.Value;
        Scoped.Value = client;
        return before;
    }
}
