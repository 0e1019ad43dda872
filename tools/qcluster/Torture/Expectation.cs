namespace QCluster.Tool.Torture;

/// <summary>What must be found of an accepted task in the end.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">Its name in the journal.</param>
/// <param name="State">The state its record must have.</param>
/// <param name="Runs">Whether the journal must have it.</param>
/// <param name="NotBefore">It must not begin before, Unix milliseconds; 0 = any time.</param>
/// <param name="Hooked">Whether its hook must have run.</param>
/// <param name="Awaits">Whether it waits for another task, which must have run too.</param>
internal sealed record Expectation(string Id, string Label, TaskState State, bool Runs = true, long NotBefore = 0, bool Hooked = false, bool Awaits = false);
