namespace QCluster.Execution.Functions;

/// <summary>Takes a function's arguments from the frame and calls it.</summary>
/// <param name="frame">The arguments.</param>
/// <param name="target">The object of an instance method, the delegate, or null.</param>
internal delegate TReturn FunctionThunk<out TReturn>(ref ArgumentFrame frame, object? target);
