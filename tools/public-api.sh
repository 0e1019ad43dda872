#!/usr/bin/env bash
# Writes PublicAPI.Unshipped.txt of every library under src that is packed: all that is public now and not in PublicAPI.Shipped.txt,
# and a *REMOVED* line for each shipped member that is gone. The build fails while a file differs from the code.
# --ship moves all of it to PublicAPI.Shipped.txt; a release does that.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/install.sh

ship=no
case "${1:-}" in
  "") ;;
  --ship) ship=yes ;;
  *) echo "usage: tools/public-api.sh [--ship]" >&2; exit 2 ;;
esac
install_missing jq=jq

# Built in a folder of its own, with a list that is empty: the analyzer then names every public member, exactly as the list must spell it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
header='#nullable enable'
echo "$header" | tee "$work/PublicAPI.Unshipped.txt" > "$work/PublicAPI.Shipped.txt"
cat > "$work/libraries.proj" <<'EOF'
<Project>
  <ItemGroup><Library Include="$(Libraries)" /></ItemGroup>
  <Target Name="Restore"><MSBuild Projects="@(Library)" Targets="Restore" Properties="MSBuildRestoreSessionId=$([System.Guid]::NewGuid())" /></Target>
  <Target Name="Build"><MSBuild Projects="@(Library)" Targets="Build" BuildInParallel="true" /></Target>
</Project>
EOF
for target in Restore Build; do
  if ! dotnet msbuild "$work/libraries.proj" -t:$target -m -nologo -v:quiet -p:Libraries="$PWD/src/*/*.csproj" -p:ArtifactsPath="$work/artifacts" \
      -p:Configuration=Release -p:PublicApiLogs="$work" -p:TreatWarningsAsErrors=false -p:EnableNETAnalyzers=false -p:EnforceCodeStyleInBuild=false > "$work/$target.log" 2>&1; then
    grep -E ': error|MSB[0-9]+' "$work/$target.log" | sort -u >&2 || cat "$work/$target.log" >&2
    echo "The libraries do not build, so nothing was written." >&2
    exit 1
  fi
done

export LC_ALL=C
names() { # log rule
  jq -r --arg rule "$2" '.runs[0].results[] | select(.ruleId == $rule) | .properties.customProperties.APIName' "$1"
}
for log in "$work"/*.sarif; do
  library=$(basename "$log" .sarif)
  shipped=src/$library/PublicAPI.Shipped.txt
  unshipped=src/$library/PublicAPI.Unshipped.txt
  [ -f "$shipped" ] || echo "$header" > "$shipped"
  { names "$log" RS0016; names "$log" RS0017 | sed 's/^/*REMOVED*/'; } | sort -u > "$work/new"
  if [ "$ship" = yes ]; then
    sed -n 's/^\*REMOVED\*//p' "$work/new" > "$work/gone"
    { grep -vxF "$header" "$shipped" | grep -vxFf "$work/gone" || true; grep -v '^\*REMOVED\*' "$work/new" || true; } | sort -u > "$work/all"
    { echo "$header"; cat "$work/all"; } > "$shipped"
    : > "$work/new"
  fi
  touch "$unshipped"
  { echo "$header"; cat "$work/new"; } > "$work/written"
  if cmp -s "$work/written" "$unshipped"; then
    echo "$library: unchanged, $(wc -l < "$work/new") unshipped"
  else
    changes=$(diff "$unshipped" "$work/written" || true)
    echo "$library: $(grep -c '^>' <<< "$changes" || true) lines added, $(grep -c '^<' <<< "$changes" || true) taken out, $(wc -l < "$work/new") unshipped"
    cp "$work/written" "$unshipped"
  fi
done
