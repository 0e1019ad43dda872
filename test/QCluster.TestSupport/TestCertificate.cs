namespace QCluster.TestSupport;

/// <summary>The files of a server's certificate and key.</summary>
public sealed record TestCertificate(string File, string KeyFile);
