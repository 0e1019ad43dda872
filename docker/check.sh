#!/usr/bin/env bash
# Tries everything in this folder on this machine (Debian, as root), without a registry: the base images are made of this machine's
# own files. It runs its own container engine in a network of its own, so nothing else on the machine sees it, and removes all
# at the end. Usage: docker/check.sh
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${QCLUSTER_CHECK_NETWORK:-}" ]; then
  [ "$(id -u)" -eq 0 ] || { echo "The container engine needs root." >&2; exit 1; }
  . tools/install.sh
  install_missing dockerd=docker.io docker-compose=docker-compose iptables=iptables ip=iproute2 unshare=util-linux redis-server=redis-server systemd-analyze=systemd
  [ -x "$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | tail -1)" ] || install_missing postgres=postgresql
  QCLUSTER_CHECK_NETWORK=own exec unshare --net "$0" "$@"
fi
ip link set lo up

work=$(mktemp -d /tmp/qcluster-check-XXXXXX)
passed=0 failed=0
engine= redis=
pass() { echo "PASS $*"; passed=$((passed + 1)); }
fail() { echo "FAIL $*"; failed=$((failed + 1)); }
note() { echo "     $*"; }
# check TEXT COMMAND...: passes when the command succeeds; its output is shown when not
check() {
  local text=$1
  shift
  if "$@" > "$work/output" 2>&1; then pass "$text"; else fail "$text"; tail -n 20 "$work/output" | sed 's/^/     /'; fi
}
# within SECONDS COMMAND...: tries it until it succeeds
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.5
  done
}
finish() {
  set +e
  if [ -n "$engine" ]; then
    docker ps -aq | xargs -r docker rm -f > /dev/null 2>&1
    kill "$engine"
    wait "$engine" 2> /dev/null
  fi
  [ -z "$redis" ] || { kill "$redis"; wait "$redis" 2> /dev/null; }
  # Left by the engine: a mount of its network, and empty control groups.
  umount "$work"/exec/netns/* 2> /dev/null
  rm -rf "$work"
  find /sys/fs/cgroup/{,*/}"$(basename "$work")" -depth -type d -exec rmdir {} + 2> /dev/null
  rmdir /sys/fs/cgroup/{,*/}docker{/buildkit,} 2> /dev/null
  return 0
}
trap finish EXIT

# A client that can use the engine's newer builder. Debian's can; others need a plug-in and use the older one.
client=$(command -v docker)
docker buildx version > /dev/null 2>&1 || [ ! -x /usr/bin/docker ] || client=/usr/bin/docker
mkdir "$work/bin"
ln -s "$client" "$work/bin/docker"
export PATH=$work/bin:$PATH DOCKER_HOST=unix://$work/engine.sock DOCKER_CONFIG=$work/client DOCKER_BUILDKIT=1

echo "Engine"
dockerd --cgroup-parent "/$(basename "$work")" --data-root "$work/engine" --exec-root "$work/exec" --pidfile "$work/engine.pid" -H "$DOCKER_HOST" > "$work/engine.log" 2>&1 &
engine=$!
if ! within 30 docker version > "$work/output" 2>&1; then
  fail "the container engine starts"
  tail -n 5 "$work/engine.log"
  exit 1
fi
pass "the container engine starts: $(docker version --format '{{.Server.Version}}'), $(docker info --format '{{.Driver}}')"

echo "Base images, of this machine's files"
. docker/machine-images.sh
dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
needed_by_dotnet=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g tzdata)

# Like the default: no shell, no /tmp, no user's entry.
root=$work/runtime
new_root "$root"
packages "${needed_by_dotnet[@]}" | copy_to "$root"
mkdir -p "$root/usr/share/dotnet/shared"
cp -r "$dotnet_root"/{dotnet,host} "$root/usr/share/dotnet/"
cp -r "$dotnet_root/shared/Microsoft.NETCore.App" "$root/usr/share/dotnet/shared/"
import "$root" check/runtime

# The SDK with the packages that the program is built from: restore asks nobody.
root=$work/sdk
new_root "$root"
shell=(dash bash coreutils findutils)
{ packages "${needed_by_dotnet[@]}" "${shell[@]}"; dpkg -L "${shell[@]}" | grep -E '/bin/.' | xargs bash -c "$(declare -f programs)"'; programs "$@"' _; } | copy_to "$root"
mkdir -p "$root/usr/share" "$root/root" && mkdir -m 1777 "$root/tmp"
cp -r "$dotnet_root" "$root/usr/share/dotnet"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
mkdir "$work/source"
git ls-files -co --exclude-standard -z -- src tools test/QCluster.Demo '*.props' nuget.config global.json | tar -c --null --ignore-failed-read -T - | tar -x -C "$work/source"
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
for project in tools/qcluster test/QCluster.Demo; do
  dotnet restore "$work/source/$project" --packages "$root/root/.nuget/packages" --source "$cache" > "$work/output" 2>&1 ||
    dotnet restore "$work/source/$project" --packages "$root/root/.nuget/packages" > "$work/output" 2>&1 ||
    { fail "the packages are there"; tail -n 20 "$work/output"; exit 1; }
done
rm -rf "$work/source"
import "$root" check/sdk 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1'

echo "Image"
build() { # TAG ARGUMENT...
  local tag=$1
  shift
  docker build -q -f docker/Dockerfile -t "$tag" --build-arg SDK_IMAGE=check/sdk --build-arg RUNTIME_IMAGE=check/runtime "$@" .
}
began=$SECONDS
check "the image builds" build check/qcluster --build-arg DEMO=true
docker image inspect check/qcluster > /dev/null || exit 1
note "in $((SECONDS - began)) s"
began=$SECONDS
check "built again, unchanged: everything comes from the cache" build check/again --build-arg DEMO=true
note "in $((SECONDS - began)) s"
size() { docker image inspect -f '{{.Size}}' "$1"; }
added=$((($(size check/qcluster) - $(size check/runtime)) / 1000000))
check "the image adds less than 40 MB to its base: $added MB" [ "$added" -lt 40 ]
check "without the demo, /apps is empty" build check/plain
files() { # IMAGE: what stands in it
  local container
  container=$(docker create "$1")
  docker export "$container" | tar -t
  docker rm "$container" > /dev/null
}
files check/plain > "$work/files"
check "the program is there, no source, no package, no shell" bash -c "grep -qx opt/qcluster/qcluster $work/files && ! grep -qE '\.cs$|\.nupkg$|bin/(ba)?sh$|^apps/.' $work/files"

echo "Containers, on a Redis of this machine's"
port=6477
redis-server --port $port --bind 127.0.0.1 --appendonly yes --save '' --dir "$work" --logfile "$work/redis.log" &
redis=$!
settings=(-e QCLUSTER_REDIS=127.0.0.1:$port -e QCLUSTER_SECRET=a-key-for-this-check-only)
qcluster() { docker run -i --rm --network host "${settings[@]}" check/qcluster "$@"; }
start() { # LABEL
  docker run -d --name "cluster-$1" --network host --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    "${settings[@]}" -e QCLUSTER_APP=/apps/demo/QCluster.Demo.dll -e QCLUSTER_LABEL="$1" -e QCLUSTER_WORKERS=2 check/qcluster > /dev/null
}
state() { docker inspect -f "{{$2}}" "$1"; }
is() { [ "$("${@:2}")" = "$1" ]; } # VALUE COMMAND...
exits() { local code=0; "${@:2}" || code=$?; [ "$code" = "$1" ]; } # CODE COMMAND...
# How many of the tasks in the file ids have succeeded; what is known of all is then in the file records
succeeded() { "$@" fetch --json $(cat "$work/ids") > "$work/records" 2> /dev/null || true; grep -c '"state":"succeeded"' "$work/records" || true; }
all_succeed() { [ "$(succeeded "$@")" = "$(wc -l < "$work/ids")" ]; }

check "health without a cluster exits with 1" exits 1 qcluster health
start one
start two
check "both containers become healthy" within 90 bash -c 'for c in one two; do [ "$(docker inspect -f "{{.State.Health.Status}}" cluster-$c)" = healthy ] || exit 1; done'
users() { for c in one two; do docker top cluster-$c -eo pid | tail -n +2 | while read -r pid; do awk '/^[UG]id:/ { print $2 }' "/proc/$pid/status"; done; done | sort -u | xargs; }
check "all their processes run as 1654, none as root" is 1654 users
note "$(docker top cluster-one -eo pid,args | tail -n +2 | wc -l) processes in each"
check "a task from the command line: math.copysign(2, -2) = -2" is -2 qcluster async --wait 10s math.copysign 2 -- -2
check "a schedule in a time zone is accepted" qcluster schedule add nightly math.add 1 2 --cron '0 3 * * *' --timezone Europe/Prague

seq 50 | sed 's/.*/[&, 1000]/' | qcluster async math.add --each > "$work/ids"
check "50 tasks are enqueued, each with its own id" is 50 bash -c "sort -u $work/ids | wc -l"
check "all 50 succeed" within 30 all_succeed qcluster
sum=$({ grep -o '"result":[0-9]*' "$work/records" || true; } | awk -F: '{ s += $2 } END { print s }')
check "their results add up: $sum" [ "$sum" = 51275 ]
note "by $(grep -o '"worker":"[^"]*"' "$work/records" | sort -u | wc -l) workers"

echo "A task that does not stop"
hung=$(qcluster async demo.spin 60 --timeout 1s)
check "it is killed after its time-out and the grace" exits 1 qcluster result "$hung" --wait 30s
qcluster fetch "$hung" > "$work/record" 2>&1 || true
check "its record has the stack that its runtime was asked for, in a container too" grep -q DemoFunctions.Spin "$work/record"

echo "docker stop, at work"
seq 40 | sed 's/.*/[1]/' | qcluster async demo.sleep --each > "$work/ids"
sleep 0.5
began=$SECONDS
docker stop -t 20 cluster-one > /dev/null
took=$((SECONDS - began))
check "it stops by itself, within the grace of 5 s and a little: $took s" [ $took -lt 8 ]
check "and exits with 0" is 0 state cluster-one .State.ExitCode
check "all 40 tasks succeed" within 60 all_succeed qcluster
docker logs cluster-one 2>&1 | tail -n 2 | sed 's/^/     /'

echo "docker kill, at work"
docker start cluster-one > /dev/null
check "it is healthy again" within 60 is healthy state cluster-one .State.Health.Status
seq 200 | sed 's/.*/[0.5]/' | qcluster async demo.sleep --each > "$work/ids"
sleep 0.5
docker kill cluster-two > /dev/null
began=$SECONDS
note "killed with $(succeeded qcluster) of 200 done"
check "all 200 tasks succeed" within 90 all_succeed qcluster
note "$((SECONDS - began)) s after it was killed; the other's heartbeat must run out first (10 s)"
note "more than one delivery: $(grep -c '"attempt":[2-9]' "$work/records" || true)"
check "health of what is left exits with 0" exits 0 qcluster health
kill $redis && wait $redis || true
redis=
check "health without Redis exits with 69" exits 69 qcluster health
docker rm -f cluster-one cluster-two > /dev/null

echo "compose.yaml"
import_redis "$work/redis-image" check/redis
import_postgres "$work/postgres-image" check/postgres

export SDK_IMAGE=check/sdk RUNTIME_IMAGE=check/runtime REDIS_IMAGE=check/redis POSTGRES_IMAGE=check/postgres COMPOSE_DOCKER_CLI_BUILD=1
if docker compose version > /dev/null 2>&1; then
  tool=(docker compose -f docker/compose.yaml)
else
  # Version 1 does not know "name", and takes it from its command line.
  sed '/^name:/d' docker/compose.yaml > "$work/compose.yaml"
  tool=(docker-compose -p qcluster --project-directory docker -f "$work/compose.yaml")
fi
compose() { "${tool[@]}" "$@"; }
note "with $("${tool[@]}" version --short 2> /dev/null | head -n 1)"
check "compose.yaml is valid" compose config
check "with the overlay for telemetry too" compose -f docker/telemetry/compose.telemetry.yaml config
inside() { compose exec -T "$@"; }
one() { inside cluster-1 qcluster "$@"; }
published() { docker ps --format '{{.Ports}}' | tr ',' '\n' | sed -n 's/^ *\(.*\):[0-9]*->.*/\1/p' | sort -u | xargs; }
rows() { inside postgres sh -c 'PGPASSWORD=$POSTGRES_PASSWORD exec psql -h 127.0.0.1 -U qcluster -d qcluster -At -c "$1"' sh "$1"; }
health_of() { docker inspect -f '{{.State.Health.Status}}' "$(compose ps -q "$1")"; }
check "everything comes up" compose up -d --build
for service in redis postgres cluster-1 cluster-2; do
  check "$service is healthy" within 90 is healthy health_of $service
done
check "ports are open on 127.0.0.1 alone" is 127.0.0.1 published
check "a task through exec: math.copysign(2, -2) = -2" is -2 one async --wait 10s math.copysign 2 -- -2
labels() { one info --json | grep -oE '"label":"[a-z]*"' | cut -d'"' -f4 | sort | xargs; }
check "two clusters, by label" is "one two" labels
seq 100 | sed 's/.*/[0.5]/' > "$work/arguments"
one async demo.sleep --each < "$work/arguments" > "$work/ids"
compose kill cluster-2 > "$work/output" 2>&1
check "cluster-2 is killed at work, and all 100 tasks succeed" within 60 all_succeed inside cluster-1 qcluster
check "their records are in PostgreSQL" is 100 rows "select count(*) from qcluster.tasks where func = 'demo.sleep' and state = 3"
check "cluster-2 starts again" compose up -d cluster-2
compose stop cluster-1 cluster-2 > "$work/output" 2>&1
check "both clusters stop with exit code 0" is "0 0" bash -c "docker inspect -f '{{.State.ExitCode}}' $(compose ps -q cluster-1) $(compose ps -q cluster-2) | xargs"
compose run --rm --no-deps -T cluster-1 async demo.echo --each < "$work/arguments" > "$work/ids" 2> "$work/output"
check "Redis is restarted with 100 tasks waiting" compose restart redis
check "the clusters start" compose up -d
check "and all 100 tasks succeed" within 60 all_succeed inside cluster-1 qcluster
check "everything goes down, with its volumes" compose down -v

echo "collector.yaml"
check "every part that a pipeline names is there, and every part is named" /usr/bin/python3 - <<'PY'
import yaml
config = yaml.safe_load(open("docker/telemetry/collector.yaml"))
named = {"receivers": set(), "processors": set(), "exporters": set()}
for pipeline in config["service"]["pipelines"].values():
    for kind, names in pipeline.items():
        named[kind].update(names)
assert all(named[kind] == set(config[kind]) for kind in named), named
PY
note "the collector itself was not run: it is in no package here"

echo "qcluster.service"
sed 's#^ExecStart=[^ ]*#ExecStart=/bin/true#' docker/qcluster.service > "$work/qcluster.service"
check "systemd finds nothing wrong with it" systemd-analyze verify "$work/qcluster.service"
note "$(systemd-analyze security --offline=true "$work/qcluster.service" | tail -n 1)"
if [ -d /sys/fs/cgroup/systemd ]; then
  # A host in a container: systemd is its first process, the program and the demo functions come out of the image.
  mkdir "$work/host"
  root=$work/host/root
  new_root "$root"
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants" "$root/etc/systemd/system/qcluster.service.d" "$root/etc/qcluster" "$root/var/lib" "$root/var/log" "$root/run"
  parts=(systemd util-linux mount grep procps)
  { packages "${parts[@]}"; dpkg -L "${parts[@]}" | grep -E '/(s?bin|lib)/' | while read -r file; do [ ! -f "$file" ] || echo "$file"; done | xargs bash -c "$(declare -f programs)"'; programs "$@"' _; } | copy_to "$root"
  rm -rf "$root"/usr/lib/systemd/system/*.wants
  printf 'root:x:0:\n' > "$root/etc/group"
  : > "$root/etc/machine-id"
  cp docker/qcluster.service "$root/etc/systemd/system/"
  ln -s ../qcluster.service "$root/etc/systemd/system/multi-user.target.wants/"
  ln -s /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
  for name in journald udevd sysctl modules-load logind; do ln -s /dev/null "$root/etc/systemd/system/systemd-$name.service"; done
  printf '%s\n' QCLUSTER_REDIS=127.0.0.1:$port QCLUSTER_APP=/apps/demo/QCluster.Demo.dll QCLUSTER_WORKERS=1 QCLUSTER_SECRET=a-key-for-this-check-only > "$root/etc/qcluster/qcluster.env"
  chmod 600 "$root/etc/qcluster/qcluster.env"
  printf '%s\n' 'FROM check/sdk' 'COPY root/ /' 'COPY --from=check/qcluster /opt/qcluster /opt/qcluster' 'COPY --from=check/qcluster /apps /apps' \
    'ENV container=docker' 'ENTRYPOINT ["/lib/systemd/systemd"]' > "$work/host/Dockerfile"
  docker build -q -t check/host "$work/host" > "$work/output"
  redis-server --port $port --bind 127.0.0.1 --save '' --dir "$work" --logfile "$work/redis.log" &
  redis=$!
  docker run -d --name host --network host --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns private \
    --tmpfs /run --tmpfs /tmp -v /sys/fs/cgroup/systemd:/sys/fs/cgroup/systemd:rw check/host > /dev/null
  on_host() { docker exec host "$@"; }
  installed() { on_host env QCLUSTER_REDIS=127.0.0.1:$port QCLUSTER_SECRET=a-key-for-this-check-only /opt/qcluster/qcluster "$@"; }
  shown() { on_host systemctl show -P "$1" qcluster; }
  check "a real systemd starts it" within 60 is active shown ActiveState
  check "it is healthy" within 30 installed health
  status() { on_host sh -c "grep -hE '^(Uid|CapBnd|NoNewPrivs|Seccomp):' /proc/$(shown MainPID)/status" | awk '{ print ($1 == "Uid:" ? ($2 > 60000 ? "dynamic" : $2) : $2) }' | xargs; }
  check "under a user of its own, without capabilities, with a filter of system calls" is "dynamic 0000000000000000 1 2" status
  check "a task runs" is -2 installed async --wait 10s math.copysign 2 -- -2
  hung=$(installed async demo.spin 60 --timeout 1s)
  installed result "$hung" --wait 30s > "$work/record" 2>&1 || true
  check "of one that hangs, the stack is in the record" grep -q DemoFunctions.Spin "$work/record"
  killed=$(shown MainPID)
  on_host kill -9 "$killed"
  restarted() { [ "$(shown NRestarts)" = 1 ] && [ "$(shown ActiveState)" = active ] && [ "$(shown MainPID)" != "$killed" ]; }
  check "killed, it is started again" within 30 restarted
  check "and works" is 3 installed async --wait 30s math.add 1 2
  check "systemctl stop" on_host systemctl stop qcluster
  check "it stopped by itself, with 0" is "success 0" bash -c "docker exec host systemctl show -p Result -p ExecMainStatus --value qcluster | sort -r | xargs"
else
  note "not run by a real systemd: that is tried on control groups of version 1 only"
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
