#!/bin/sh
# Starts Carrel. The first time it gets what is missing; after that it starts at once.
set -eu
cd "$(dirname "$0")"
. scripts/node.sh
use_node
install_packages prod
build_page
build_server
# Young objects die young: half of the usual nursery keeps a resting server smaller. With a quarter of it, long prompts and many
# streams keep the garbage collector busy for 8 MB less.
exec node --max-semi-space-size=8 "$server" serve "$@"
