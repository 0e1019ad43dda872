#!/usr/bin/env bash
# Runs test projects and counts. Sourced by the other scripts.

results=$(mktemp -d)
failed=0
projects=()

run_tests() { # PROJECT[:PASS] [ARGUMENT OF dotnet test]...
  local project=${1%%:*} label=${1/:/-}
  shift
  projects+=("$label")
  echo "== $label"
  dotnet test "test/$project" -c Release --no-build -nologo \
    --logger "trx;LogFileName=$label.trx" --logger "console;verbosity=minimal" --results-directory "$results" \
    --blame-hang-timeout 5m --blame-hang-dump-type none "$@" || failed=1
}

start_beside() { # FUNCTION THAT RUNS TESTS, then the PROJECT:PASS of each: in the background
  local function=$1 label
  shift
  for label in "$@"; do projects+=("${label/:/-}"); done
  ("$function"; exit "$failed") > "$results/beside.txt" 2>&1 &
  beside=$!
}

finish_beside() { # waits for what was started, and prints it
  wait "$beside" || failed=1
  cat "$results/beside.txt"
}

count() { # attribute
  local sum=0 n
  for n in $(grep -ho "<Counters [^>]*" "$results"/*.trx | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'); do sum=$((sum + n)); done
  echo "$sum"
}

# Prints the one closing line; fails if a test or a project failed.
close_tests() {
  local passed broken skipped project
  for project in "${projects[@]}"; do [ -f "$results/$project.trx" ] || failed=1; done
  passed=$(count passed)
  skipped=$(count notExecuted)
  broken=$(($(count total) - passed - skipped))
  rm -rf "$results"
  if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $broken failed, $skipped skipped"
  else
    echo "$passed passed, $broken failed"
  fi
  [ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
}
