using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace QCluster.Wire;

/// <summary>
/// Signs envelopes with HMAC-SHA256 and checks them. Each purpose and each cluster name has a key of its own, derived from
/// the secret, so that nothing signed for one can be passed off as another. Thread-safe.
/// </summary>
internal sealed class PacketSigner
{
    public const int MacSize = HMACSHA256.HashSizeInBytes;

    private readonly byte[][] _taskKeys;
    private readonly byte[][] _outcomeKeys;

    /// <param name="name">The cluster name.</param>
    /// <param name="secrets">The first signs; all are accepted. None = nothing is signed.</param>
    public PacketSigner(string name, IEnumerable<string> secrets)
    {
        var all = secrets.ToArray();
        _taskKeys = Array.ConvertAll(all, s => Derive(s, "task", name));
        _outcomeKeys = Array.ConvertAll(all, s => Derive(s, "outcome", name));
    }

    public bool IsSigning => _taskKeys.Length > 0;

    /// <summary>The code over id, version, flags and body.</summary>
    public void Sign(EnvelopePurpose purpose, ReadOnlySpan<byte> id, byte version, byte flags, ReadOnlySpan<byte> body, Span<byte> mac) =>
        Compute(KeysOf(purpose)[0], id, version, flags, body, mac);

    /// <exception cref="WireFormatException">Not signed with an accepted key.</exception>
    public void Verify(EnvelopePurpose purpose, ReadOnlySpan<byte> id, byte version, byte flags, ReadOnlySpan<byte> body, ReadOnlySpan<byte> mac)
    {
        if (!IsSigning)
        {
            if (!mac.IsEmpty)
                throw new WireFormatException("The packet is signed, but no secret is set here, so its signature cannot be checked. Set the secret that its sender uses.");
            return;
        }

        if (mac.IsEmpty)
            throw new WireFormatException("The packet is not signed, and here a secret is set. Set the same secret where it was sent.");
        Span<byte> computed = stackalloc byte[MacSize];
        foreach (var key in KeysOf(purpose))
        {
            Compute(key, id, version, flags, body, computed);
            if (CryptographicOperations.FixedTimeEquals(computed, mac))
                return;
        }

        throw new WireFormatException("The packet's signature is wrong: it was altered, or signed with another secret or for another cluster name.");
    }

    private byte[][] KeysOf(EnvelopePurpose purpose) => purpose == EnvelopePurpose.Task ? _taskKeys : _outcomeKeys;

    private static byte[] Derive(string secret, string purpose, string name) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"qcluster/1/{purpose}/{name}"));

    private static void Compute(byte[] key, ReadOnlySpan<byte> id, byte version, byte flags, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        var size = id.Length + 2 + body.Length;
        byte[]? rented = null;
        var data = size <= 1024 ? stackalloc byte[size] : (rented = ArrayPool<byte>.Shared.Rent(size)).AsSpan(0, size);
        id.CopyTo(data);
        data[id.Length] = version;
        data[id.Length + 1] = flags;
        body.CopyTo(data[(id.Length + 2)..]);
        HMACSHA256.HashData(key, data, mac);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
