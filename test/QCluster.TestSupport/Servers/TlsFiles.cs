namespace QCluster.TestSupport;

/// <summary>The files in PEM that a server shows and proves who it is with.</summary>
/// <param name="Certificate">Path of the certificate.</param>
/// <param name="Key">Path of its private key.</param>
public sealed record TlsFiles(string Certificate, string Key);
