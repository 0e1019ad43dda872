#!/usr/bin/env bash
# From a fresh machine with .NET to real results, without installing anything: builds, starts a cluster with the embedded server, counts the words of real text
# files with it, and compares the totals with wc -w. Usage: tools/demo.sh [FOLDER]; the default is this project's own sources.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(cd "${1:-src}" && pwd)
echo "Building"
dotnet build tools/qcluster -c Release -v quiet -nologo
dotnet build test/QCluster.Demo -c Release -v quiet -nologo
qcluster=$PWD/artifacts/bin/qcluster/release/qcluster
demo=$PWD/artifacts/bin/QCluster.Demo/release/QCluster.Demo.dll

work=$(mktemp -d)
cluster=
finish() {
  [ -z "$cluster" ] || kill -TERM "$cluster" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
# A folder of its own for the data of the embedded server.
export XDG_DATA_HOME=$work QCLUSTER_NAME=demo-$$ QCLUSTER_REDIS=embedded
export QCLUSTER_SECRET=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')

echo "Starting a cluster (embedded server, packets signed)"
"$qcluster" start --app "$demo" 2> "$work/cluster.log" &
cluster=$!
for _ in $(seq 300); do
  grep -q 'is ready' "$work/cluster.log" && break
  kill -0 "$cluster" 2>/dev/null || { cat "$work/cluster.log"; exit 1; }
  sleep 0.1
done
grep -q 'is ready' "$work/cluster.log" || { echo "The cluster was not ready in time:"; cat "$work/cluster.log"; exit 1; }

echo "math.copysign(2, -2) = $("$qcluster" async math.copysign 2 -2 --wait 10s)"

find "$folder" -type f -size -1024k \( -name '*.cs' -o -name '*.lua' -o -name '*.md' -o -name '*.txt' -o -name '*.rst' -o -name '*.log' \) ! -path '*/obj/*' | sort > "$work/files"
files=$(wc -l < "$work/files" | tr -d ' ')
[ "$files" -gt 0 ] || { echo "There are no text files (.cs .lua .md .txt .rst .log) in $folder"; exit 1; }
echo "Counting the words of $files files in $folder"
sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/["&"]/' "$work/files" | "$qcluster" iter demo.word_count --wait 5m > "$work/results"

# One result for each file, in the order of the files.
grep -o '"Words":[0-9]*' "$work/results" | cut -d: -f2 > "$work/words"
grep -o '"Worker":[0-9]*' "$work/results" | cut -d: -f2 > "$work/workers"
printf '%8s %8s  %s\n' words worker file
paste "$work/words" "$work/workers" "$work/files" | sort -rn | head -20 |
  while IFS=$'\t' read -r words worker file; do printf '%8d %8d  %s\n' "$words" "$worker" "${file#"$folder"/}"; done
[ "$files" -le 20 ] || echo "... and $((files - 20)) more"
total=$(awk '{ sum += $1 } END { print sum + 0 }' "$work/words")
counted=$(wc -l < "$work/words" | tr -d ' ')
# One by one: of two files together, a last and a first word could be one.
expected=$(tr '\n' '\0' < "$work/files" | xargs -0 -n 1 wc -w | awk '{ sum += $1 } END { print sum + 0 }')
echo "total: $total words in $counted files by $(sort -u "$work/workers" | wc -l | tr -d ' ') worker processes; wc -w says $expected"

echo "Stopping"
kill -TERM "$cluster"
wait "$cluster"
cluster=
[ "$total" -eq "$expected" ] && [ "$counted" -eq "$files" ] || { echo "The totals differ"; exit 1; }
echo "Done"
