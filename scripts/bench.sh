#!/bin/sh
# One benchmark, set-up included: `sh scripts/bench.sh decide`. bench/ has a manifest of its own.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
npm run build --silent
if [ ! -f bench/node_modules/.package-lock.json ] || [ bench/package-lock.json -nt bench/node_modules/.package-lock.json ]; then
  npm --prefix bench ci --no-audit --no-fund
  touch bench/node_modules/.package-lock.json
fi
what=$1
shift
exec npm --prefix bench run --silent "$what" -- "$@"
