#!/bin/sh
# For development: the server starts anew when its code changes, the page changes in the browser as you type. Ctrl-C ends both.
set -eu
cd "$(dirname "$0")"
. scripts/node.sh
use_node
install_packages full

export NODE_ENV="${NODE_ENV:-development}"
export PUBLIC_URL="${PUBLIC_URL:-http://localhost:5173}"
server=''
page=''
end() {
  trap - EXIT INT TERM HUP
  kill $server $page 2>/dev/null || true
  wait 2>/dev/null || true
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

node --watch --watch-preserve-output server/main.ts serve &
server=$!
node node_modules/vite/bin/vite.js web --port 5173 --strictPort --clearScreen false &
page=$!
say 'Open http://localhost:5173 (Ctrl-C ends)'
# POSIX sh has no "wait for either".
while kill -0 $server 2>/dev/null && kill -0 $page 2>/dev/null; do sleep 1; done
exit 1
