#!/bin/sh
# Starts Carrel. The first time it gets what is missing; after that it starts at once.
set -eu
cd "$(dirname "$0")"
. scripts/node.sh
use_node
install_packages prod
build_page
exec node server/main.ts serve "$@"
