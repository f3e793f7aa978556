#!/bin/sh
# Random cases, new ones at each run: `sh scripts/fuzz.sh --minutes 60`. test/fuzz/fuzz.options.ts says which arguments there are.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec node --import ./scripts/typescript.mjs test/fuzz/main.ts "$@"
