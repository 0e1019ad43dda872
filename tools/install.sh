#!/usr/bin/env bash
# Installs the named programs through the system's package manager, those that are missing. Sourced by the other scripts.

install_missing() { # program=debian-package ...
  local missing=()
  for pair in "$@"; do
    case "$pair" in
      python:*) /usr/bin/python3 -c "import ${pair#python:}" 2>/dev/null || missing+=("python3-${pair#python:}") ;;
      *) command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  if ! command -v apt-get >/dev/null; then
    echo "Please install: ${missing[*]} (this script knows only apt-get)" >&2
    return 1
  fi
  echo "Installing ${missing[*]}" >&2
  # The packaged service is not wanted: only the program is.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  $sudo apt-get update -qq >&2
  $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

install_npm() { # package@version ...; into artifacts/npm, those that are missing
  local pair missing=()
  for pair in "$@"; do
    [ -d "artifacts/npm/node_modules/${pair%@*}" ] || missing+=("$pair")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing ${missing[*]} into artifacts/npm" >&2
  mkdir -p artifacts/npm
  npm install --prefix artifacts/npm --no-save --no-fund --no-audit --loglevel=error "${missing[@]}" >&2
}
