namespace QCluster.Model.Errors;

/// <summary>The tables of a database were made by a later version of this program. Never leaves the store of results.</summary>
/// <param name="found">The version of the tables.</param>
/// <param name="known">The latest version that this program knows.</param>
internal sealed class NewerSchemaException(int found, int known) : Exception($"The schema has version {found}; this program knows versions up to {known}.");
