#!/usr/bin/env bash
# Installs what the tests need, builds with warnings as errors, runs all tests, prints one closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/install.sh
install_missing gcc=gcc redis-server=redis-server setsid=util-linux tmux=tmux node=nodejs npm=npm python:msgpack python:aiosmtpd python:croniter
install_npm @msgpack/msgpack@3.1
[ -d /usr/lib/postgresql ] || install_missing initdb=postgresql

dotnet build Cluster.sln -c Release -v quiet -nologo
. tools/test-run.sh
trap 'rm -rf "$results"' EXIT
run_tests QCluster.Tests
# Beside the integration tests, since neither measures time: the crash points, and a second, shorter pass on the embedded server.
run_beside() {
  run_tests QCluster.ChaosTests:faults --filter "FullyQualifiedName~FaultPointTests"
  export QCLUSTER_TEST_EMBEDDED=1
  run_tests QCluster.IntegrationTests:embedded --filter "FullyQualifiedName~IntegrationTests.Scripts|FullyQualifiedName~IntegrationTests.Broker"
  run_tests QCluster.ChaosTests:embedded --filter "FullyQualifiedName~.KillTests|FullyQualifiedName~ChainKillTests|FullyQualifiedName~RedisOutageTests"
}
start_beside run_beside QCluster.ChaosTests:faults QCluster.IntegrationTests:embedded QCluster.ChaosTests:embedded
run_tests QCluster.IntegrationTests
finish_beside
run_tests QCluster.ChaosTests --filter "FullyQualifiedName!~FaultPointTests"
close_tests
