#!/bin/sh
# The matrix: the packed package in applications of every version that it says to work with. `sh scripts/matrix.sh --help`.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
[ "${BUILT:-}" = yes ] || npm run build --silent # CI has built it
exec node scripts/matrix/main.mjs "$@"
