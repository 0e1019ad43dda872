namespace QCluster.TestSupport;

/// <summary>A mail as its server got it.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string Subject, string Body, string? User, bool Encrypted, string? AutoSubmitted, int ClientPort);
