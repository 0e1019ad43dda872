using System.Security.Cryptography;

namespace QCluster.Wire.Packets;

/// <summary>
/// Signs with the first secret and accepts any of them, so that a secret can be changed without downtime. Without secrets
/// nothing is signed, and only unsigned packets are accepted. Thread-safe.
/// </summary>
internal sealed class PacketSigner : IDisposable
{
    private readonly MacKey[] _taskKeys;
    private readonly MacKey[] _outcomeKeys;
    private readonly MacKey[] _scheduleKeys;

    /// <summary>Derives the keys.</summary>
    /// <param name="name">The cluster's name: packets of another name are refused, as the keys differ.</param>
    /// <param name="secrets">The newest first.</param>
    public PacketSigner(string name, IReadOnlyList<string> secrets)
    {
        if (secrets.Any(string.IsNullOrEmpty))
            throw new InvalidSettingException("Secret", value: null, "an empty secret protects nothing. Write a long random text, or leave the setting out.");
        _taskKeys = [.. secrets.Select(secret => new MacKey(secret, "task", name))];
        _outcomeKeys = [.. secrets.Select(secret => new MacKey(secret, "outcome", name))];
        _scheduleKeys = [.. secrets.Select(secret => new MacKey(secret, "schedule", name))];
    }

    public static PacketSigner Unsigned { get; } = new("", []);

    public bool Signs => _taskKeys.Length > 0;

    public void Sign(PacketPurpose purpose, ReadOnlySpan<byte> input, Span<byte> mac) => KeysOf(purpose)[0].Compute(input, mac);

    /// <summary>Returns when the MAC is right.</summary>
    /// <exception cref="WireFormatException">No key gives this MAC.</exception>
    public void Verify(PacketPurpose purpose, ReadOnlySpan<byte> input, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacKey.MacLength];
        foreach (var key in KeysOf(purpose))
        {
            key.Compute(input, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, mac))
                return;
        }

        throw new WireFormatException("The packet's signature fits none of the secrets set here: it was altered, or signed with another secret or cluster name.");
    }

    public void Dispose()
    {
        foreach (var key in _taskKeys.Concat(_outcomeKeys).Concat(_scheduleKeys))
            key.Dispose();
    }

    private MacKey[] KeysOf(PacketPurpose purpose) => purpose switch
    {
        PacketPurpose.Task => _taskKeys,
        PacketPurpose.Outcome => _outcomeKeys,
        _ => _scheduleKeys,
    };
}
