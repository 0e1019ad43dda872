using System.Security.Authentication;

namespace QCluster.Redis;

/// <summary>
/// An own file of a TLS connection cannot be used. Unlike a certificate that is not accepted it is worth another attempt: while a certificate is renewed, its file is
/// locked or half written for a moment, or its key is still the old one.
/// </summary>
internal sealed class RedisTlsFileException(Exception error) : AuthenticationException(error.Message, error);
