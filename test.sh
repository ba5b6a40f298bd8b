#!/bin/sh
# Runs all tests and ends with the line "N passed, N failed". With arguments: only the test files whose path contains one of
# them (those under test/e2e run in the browser).
set -eu
cd "$(dirname "$0")"
. scripts/node.sh

# Databases, the directory, the proxy and the browser come from Debian's packages; where that is not possible, what is missing is named.
missing_packages() {
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || echo postgresql
  command -v mariadbd >/dev/null 2>&1 || [ -x /usr/sbin/mariadbd ] || echo mariadb-server
  command -v slapd >/dev/null 2>&1 || [ -x /usr/sbin/slapd ] || echo slapd
  command -v redis-server >/dev/null 2>&1 || echo redis-server
  command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || echo nginx-light
  command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || [ -n "${CHROMIUM_PATH:-}" ] || echo chromium
}

# Our tests start servers of their own: a package that starts its server while it is installed is told not to.
apt_install() {
  say "Installing $*…"
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update -q
  quietly apt-get install -q -y --no-install-recommends "$@"
  if [ "$(cat $policy)" = "$(printf '#!/bin/sh\nexit 101')" ]; then rm -f $policy; fi
  trap - EXIT
}

missing=$(missing_packages)
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ "${CARREL_TEST_APT:-yes}" = yes ]; then
  apt_install $missing
  missing=$(missing_packages)
fi
# PostgreSQL's vectors: a package that not every release of Debian has.
has_pgvector() { ls /usr/share/postgresql/*/extension/vector.control >/dev/null 2>&1; }
if ! has_pgvector && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ "${CARREL_TEST_APT:-yes}" = yes ]; then
  package=postgresql-$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -n 1)-pgvector
  if apt-cache show "$package" >/dev/null 2>&1; then apt_install "$package"; fi
fi
has_pgvector || missing="$missing pgvector"
for name in $missing; do
  say "Not found: $name. Its tests are skipped; install it to run them."
done

use_node
install_packages full

# The Chroma of its tests is an npm package of half a gigabyte, which nobody else needs: it has a folder of its own. Later versions
# want a newer glibc than Debian 12 has.
chroma=chromadb-js-bindings-linux-$(node -p process.arch)-gnu
if [ ! -d ".chroma/node_modules/$chroma" ] && [ "${CARREL_TEST_CHROMA:-yes}" = yes ]; then
  say 'Fetching Chroma…'
  mkdir -p .chroma
  [ -f .chroma/package.json ] || echo '{ "private": true }' >.chroma/package.json
  npm install --prefix .chroma --no-save --no-audit --no-fund --ignore-scripts --loglevel error "$chroma@1.0.5" || rm -rf .chroma
fi
[ -d ".chroma/node_modules/$chroma" ] || missing="$missing chroma"
build_page
rm -rf test-results
mkdir -p test-results

browser_tests=yes
unit_tests=yes
if [ $# -gt 0 ]; then
  unit_tests=no
  browser_tests=no
  for path in "$@"; do
    case $path in
      test/e2e*) browser_tests=yes ;;
      *) unit_tests=yes ;;
    esac
  done
fi
case " $(echo $missing) " in *' chromium '*) browser_tests=no ;; esac

failed=0
reports=''
if [ $unit_tests = yes ]; then
  reports="$reports test-results/vitest.json"
  if [ $# -gt 0 ]; then coverage=''; else coverage=--coverage; fi
  node node_modules/vitest/vitest.mjs run $coverage --reporter=default --reporter=json --outputFile.json=test-results/vitest.json "$@" || failed=1
fi
if [ $browser_tests = yes ]; then
  reports="$reports test-results/playwright.json"
  PLAYWRIGHT_JSON_OUTPUT_NAME=test-results/playwright.json node node_modules/@playwright/test/cli.js test --reporter=list,json "$@" || failed=1
fi
# Once more, where one looks at the end.
[ -z "$missing" ] || say "skipped: the tests that need $(echo $missing)"
node test/summary.ts $reports || failed=1
exit $failed
