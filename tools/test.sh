#!/usr/bin/env bash
# Installs what the tests need, builds with warnings as errors, runs all tests, prints one closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/install.sh
install_missing redis-server=redis-server setsid=util-linux tmux=tmux python:msgpack python:aiosmtpd python:croniter
[ -d /usr/lib/postgresql ] || install_missing initdb=postgresql

dotnet build Cluster.sln -c Release -v quiet -nologo
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0
for project in QCluster.Tests QCluster.IntegrationTests QCluster.ChaosTests; do
  echo "== $project"
  dotnet test "test/$project" -c Release --no-build -nologo \
    --logger "trx;LogFileName=$project.trx" --logger "console;verbosity=minimal" --results-directory "$results" \
    --blame-hang-timeout 5m --blame-hang-dump-type none || failed=1
done

count() { # attribute
  local sum=0 n
  for n in $(grep -ho "<Counters [^>]*" "$results"/*.trx | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'); do sum=$((sum + n)); done
  echo "$sum"
}
passed=$(count passed)
broken=$(($(count total) - passed - $(count notExecuted)))
skipped=$(count notExecuted)
[ -f "$results/QCluster.Tests.trx" ] && [ -f "$results/QCluster.IntegrationTests.trx" ] && [ -f "$results/QCluster.ChaosTests.trx" ] || failed=1
if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $broken failed, $skipped skipped"
else
  echo "$passed passed, $broken failed"
fi
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
