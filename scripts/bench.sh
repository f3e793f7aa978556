#!/bin/sh
# One benchmark, set-up included: `sh scripts/bench.sh decide`. bench/ has a manifest of its own.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
[ "${BUILT:-}" = yes ] || npm run build --silent # CI has built it
sh scripts/setup.sh bench
what=$1
shift
exec npm --prefix bench run --silent "$what" -- "$@"
