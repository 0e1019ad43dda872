namespace QCluster.TestSupport;

public enum MailServerTls
{
    None,
    StartTls,
    Implicit,
}
