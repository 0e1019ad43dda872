#!/usr/bin/env bash
# From a fresh machine to real results: builds, starts a cluster of its own, counts the words of real text files with it, and
# compares the totals with wc -w. Usage: tools/demo.sh [FOLDER]; the default is this project's own sources.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/install.sh
install_missing redis-server=redis-server setsid=util-linux python3=python3-minimal

folder=$(realpath "${1:-src}")
echo "Building"
dotnet build tools/qcluster -c Release -v quiet -nologo
dotnet build test/QCluster.Demo -c Release -v quiet -nologo
qcluster=$PWD/artifacts/bin/qcluster/release/qcluster
demo=$PWD/artifacts/bin/QCluster.Demo/release/QCluster.Demo.dll

work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly yes --dir "$work" --logfile "$work/redis.log" &
redis=$!
cluster=
finish() {
  [ -z "$cluster" ] || kill -TERM "$cluster" 2>/dev/null || true
  kill -TERM "$redis" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
export QCLUSTER_REDIS=127.0.0.1:$port QCLUSTER_SECRET=$(python3 -c 'import secrets; print(secrets.token_hex(32))')

echo "Starting a cluster (Redis on port $port, packets signed)"
"$qcluster" start --app "$demo" 2> "$work/cluster.log" &
cluster=$!
for _ in $(seq 200); do
  grep -q 'is ready' "$work/cluster.log" && break
  kill -0 "$cluster" 2>/dev/null || { cat "$work/cluster.log"; exit 1; }
  sleep 0.1
done
grep -q 'is ready' "$work/cluster.log" || { echo "The cluster was not ready in time:"; cat "$work/cluster.log"; exit 1; }

echo "math.copysign(2, -2) = $("$qcluster" async math.copysign 2 -2 --wait 10s)"

find "$folder" -type f -size -1024k \( -name '*.cs' -o -name '*.lua' -o -name '*.md' -o -name '*.txt' -o -name '*.rst' -o -name '*.log' \) | sort > "$work/files"
files=$(wc -l < "$work/files")
[ "$files" -gt 0 ] || { echo "There are no text files (.cs .lua .md .txt .rst .log) in $folder"; exit 1; }
echo "Counting the words of $files files in $folder"
python3 -c 'import json, sys
for line in sys.stdin: print(json.dumps([line.rstrip("\n")]))' < "$work/files" | "$qcluster" async demo.word_count --each > "$work/ids"

while :; do
  sizes=$("$qcluster" queues --json)
  done=$(python3 -c 'import json, sys; q = json.load(sys.stdin)[0]; print(q["succeeded"] + q["failed"] - 1)' <<< "$sizes")
  printf '\r  %d of %d done' "$done" "$files" >&2
  [ "$done" -lt "$files" ] || break
  sleep 0.2
done
echo >&2

"$qcluster" fetch --json $(cat "$work/ids") > "$work/records"
python3 - "$work/records" "$folder" <<'PY'
import json, os, subprocess, sys
records = [json.loads(line) for line in open(sys.argv[1])]
failed = [r for r in records if r["state"] != "succeeded"]
for r in failed:
    print("FAILED", r["args"], r["error"])
rows = [(r["result"]["Path"], r["result"]["Words"], r["result"]["Worker"], r["time_taken"] * 1000) for r in records if r["state"] == "succeeded"]
print(f'{"file":<60} {"words":>8} {"worker":>8} {"ms":>8}')
for path, words, worker, ms in sorted(rows, key=lambda row: -row[1])[:20]:
    name = os.path.relpath(path, sys.argv[2])
    print(f'{name if len(name) <= 60 else "..." + name[-57:]:<60} {words:>8} {worker:>8} {ms:>8.1f}')
if len(rows) > 20:
    print(f'... and {len(rows) - 20} more')
total = sum(row[1] for row in rows)
expected = sum(int(subprocess.run(["wc", "-w", row[0]], capture_output=True, text=True, check=True).stdout.split()[0]) for row in rows)
print(f'total: {total} words in {len(rows)} files by {len({row[2] for row in rows})} worker processes; wc -w says {expected}')
sys.exit(0 if total == expected and not failed and rows else 1)
PY

echo "Stopping"
kill -TERM "$cluster"
wait "$cluster"
cluster=
echo "Done"
