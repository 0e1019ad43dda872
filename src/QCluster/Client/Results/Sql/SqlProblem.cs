namespace QCluster.Client.Results.Sql;

/// <summary>Why a database could not do something.</summary>
/// <param name="Kind">What can be done about it.</param>
/// <param name="What">What happened: words that follow "the database".</param>
/// <param name="Remedy">What to do: a sentence, or several.</param>
internal sealed record SqlProblem(SqlProblemKind Kind, string What, string Remedy);
