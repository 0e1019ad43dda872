#!/usr/bin/env bash
# Runs the tests with their Redis and PostgreSQL in containers, and prints one closing line.
# Usage: test/containers.sh [PROJECT [ARGUMENT OF dotnet test]...]
# Without a project: QCluster.IntegrationTests and QCluster.ChaosTests.
#
# QCLUSTER_TEST_REDIS_IMAGE, QCLUSTER_TEST_POSTGRES_IMAGE name the images, such as redis:7 and postgres:15. One that is not named
# is made of this machine's own files (Debian), so that no registry is needed.
# An engine that answers is used. Otherwise one is started (as root, Debian's docker.io), in a network namespace that the tests share,
# so nothing else on the machine sees it; all of it is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/install.sh
note() { echo "     $*"; }

if [ "${QCLUSTER_CONTAINERS_NETWORK:-}" != own ]; then
  install_missing docker=docker.io setsid=util-linux tmux=tmux python:msgpack python:aiosmtpd
  [ -n "${QCLUSTER_TEST_REDIS_IMAGE:-}" ] || install_missing redis-server=redis-server
  [ -n "${QCLUSTER_TEST_POSTGRES_IMAGE:-}" ] || [ -d /usr/lib/postgresql ] || install_missing initdb=postgresql
  dotnet build Cluster.sln -c Release -v quiet -nologo
  if ! docker version > /dev/null 2>&1; then
    [ "$(id -u)" -eq 0 ] || { echo "No container engine answers. Start one, name it in DOCKER_HOST, or run this as root, which starts one." >&2; exit 1; }
    install_missing dockerd=docker.io iptables=iptables ip=iproute2 unshare=util-linux
    QCLUSTER_CONTAINERS_NETWORK=own exec unshare --net "$0" "$@"
  fi
fi

work=$(mktemp -d /tmp/qcluster-containers-XXXXXX)
engine=
finish() {
  set +e
  if [ -n "${TESTCONTAINERS_RYUK_DISABLED:-}" ]; then
    docker ps -aq --filter label=qcluster.test | xargs -r docker rm -fv > /dev/null 2>&1
  fi
  if [ -n "$engine" ]; then
    kill "$engine"
    wait "$engine" 2> /dev/null
    # Left by the engine: a mount of its network, and empty control groups.
    umount "$work"/exec/netns/* 2> /dev/null
    find /sys/fs/cgroup/{,*/}"$(basename "$work")" -depth -type d -exec rmdir {} + 2> /dev/null
  fi
  rm -rf "$work" "${results:-}"
}
trap finish EXIT

if [ "${QCLUSTER_CONTAINERS_NETWORK:-}" = own ]; then
  ip link set lo up
  export DOCKER_HOST=unix://$work/engine.sock
  dockerd --cgroup-parent "/$(basename "$work")" --data-root "$work/engine" --exec-root "$work/exec" --pidfile "$work/engine.pid" -H "$DOCKER_HOST" > "$work/engine.log" 2>&1 &
  engine=$!
  for _ in $(seq 60); do
    ! docker version > /dev/null 2>&1 || break
    sleep 0.5
  done
  docker version > /dev/null || { tail -n 20 "$work/engine.log" >&2; exit 1; }
fi
# An older engine refuses what a newer client asks for.
export DOCKER_API_VERSION=${DOCKER_API_VERSION:-$(docker version --format '{{.Server.APIVersion}}')}
echo "Container engine $(docker version --format '{{.Server.Version}}')"

. docker/machine-images.sh
if [ -z "${QCLUSTER_TEST_REDIS_IMAGE:-}" ]; then
  export QCLUSTER_TEST_REDIS_IMAGE=qcluster-test/redis TESTCONTAINERS_RYUK_DISABLED=true
  import_redis "$work/redis-image" "$QCLUSTER_TEST_REDIS_IMAGE"
fi
if [ -z "${QCLUSTER_TEST_POSTGRES_IMAGE:-}" ]; then
  export QCLUSTER_TEST_POSTGRES_IMAGE=qcluster-test/postgres TESTCONTAINERS_RYUK_DISABLED=true
  import_postgres "$work/postgres-image" "$QCLUSTER_TEST_POSTGRES_IMAGE"
fi

export QCLUSTER_TEST_CONTAINERS=1
. tools/test-run.sh
if [ $# -gt 0 ]; then
  run_tests "$@"
else
  for project in QCluster.IntegrationTests QCluster.ChaosTests; do run_tests "$project"; done
fi
close_tests
