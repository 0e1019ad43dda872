using BenchmarkDotNet.Running;
using QCluster.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(WireBenchmarks).Assembly).Run(args);
