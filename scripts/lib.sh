# Shared by the scripts beside it: source it, do not run it.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The slowest package of the usual set is a codec nobody here needs.
tags=nomsgpack

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# has_console is true once web/ holds sources and not only the embedding package.
has_console() { [[ -f web/package.json ]]; }

# need_go stops unless a Go toolchain new enough for go.mod is there. Go itself fetches a
# newer one when it is allowed to (GOTOOLCHAIN).
need_go() {
  local want have
  want=$(awk '$1 == "go" {print $2; exit}' go.mod)
  command -v go >/dev/null || fail "Go $want or newer is needed: https://go.dev/dl/"
  have=$(go env GOVERSION 2>/dev/null) || fail "Go $want or newer is needed, found $(go version 2>/dev/null || true): https://go.dev/dl/"
  have=${have#go}
  [[ $(printf '%s\n%s\n' "$want" "${have%% *}" | sort -V | head -n1) == "$want" ]] ||
    fail "Go $want or newer is needed, found $have: https://go.dev/dl/"
}

# need_node stops unless a Node new enough for the console is there.
need_node() {
  local have
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail "Node 20.19 or newer with npm is needed for the console and the browser tests: https://nodejs.org/"
  have=$(node --version)
  [[ $(printf '20.19.0\n%s\n' "${have#v}" | sort -V | head -n1) == 20.19.0 ]] ||
    fail "Node 20.19 or newer is needed for the console and the browser tests, found $have: https://nodejs.org/"
}

# install_locked FOLDER WHAT installs a folder's libraries exactly as locked, when the lock
# changed.
install_locked() {
  local stamp=$1/node_modules/.lock-sum sum
  sum=$(sha256sum "$1/package-lock.json" | cut -d' ' -f1)
  [[ -f $stamp && $(<"$stamp") == "$sum" ]] && return
  say "$2: installing libraries"
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund)
  mkdir -p "$1/node_modules" # npm makes none where nothing is required
  printf '%s' "$sum" >"$stamp"
}

install_console() { install_locked web console; }
install_browser() { install_locked browser chat; }
