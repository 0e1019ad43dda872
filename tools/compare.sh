#!/usr/bin/env bash
# Runs other task queues (test/peers) and qcluster bench in turn on this machine, and writes what was seen into docs/performance.md
# and its plots. Takes about 15 minutes; --growth adds how the figures change with the load (10 minutes more).
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/install.sh
install_missing redis-server=redis-server npm=npm python:matplotlib
python=/usr/bin/python3
peers="celery/2proc-solo,bullmq/1proc-c100,sidekiq/2proc-hiredis,sidekiq/2proc-store-hiredis,django-q/tuned-1w,rq/2w-simple"

growth=no
reps=3
while [ $# -gt 0 ]; do
  case "$1" in
    --growth) growth=yes ;;
    --reps) reps="$2"; shift ;;
    *) echo "usage: tools/compare.sh [--reps N] [--growth]" >&2; exit 2 ;;
  esac
  shift
done

dotnet build tools/qcluster -c Release -v quiet -nologo
qcluster=artifacts/bin/qcluster/release/qcluster
test/peers/setup.sh >&2

found=artifacts/compare
mkdir -p "$found"
rm -f "$found"/results.json
# In turn, so that a slow hour of the machine falls on all alike.
for round in $(seq "$reps"); do
  "$qcluster" bench enqueue drain live latency --rounds 1 --json > "$found/qcluster-$round.json"
  mkdir -p "$found/$round"
  rm -f "$found/$round/results.json"
  "$python" test/peers/bench.py --reps 1 --scale 0.5 --only "$peers" --out "$found/$round" >&2
done
rm -f "$found/growth.json"
[ "$growth" = no ] || "$qcluster" bench growth --rounds 1 --json > "$found/growth.json"
"$python" tools/compare.py "$found" "$reps"
