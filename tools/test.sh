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
for project in QCluster.Tests QCluster.IntegrationTests QCluster.ChaosTests; do
  run_tests "$project"
done
# A second, shorter pass: scripts, lost replies, faults, kills and restarts on the embedded server.
export QCLUSTER_TEST_EMBEDDED=1
run_tests QCluster.IntegrationTests:embedded --filter "FullyQualifiedName~IntegrationTests.Scripts|FullyQualifiedName~IntegrationTests.Broker"
run_tests QCluster.ChaosTests:embedded --filter "FullyQualifiedName~.KillTests|FullyQualifiedName~ChainKillTests|FullyQualifiedName~RedisOutageTests"
close_tests
