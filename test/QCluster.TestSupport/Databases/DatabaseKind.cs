namespace QCluster.TestSupport.Databases;

public enum DatabaseKind
{
    Postgres,
    Sqlite,
}
