#!/bin/sh
# An application under load while Redis or VWO fails: what the requests saw, as a table. `sh scripts/faults.sh --help`.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
PATH="$PATH:/usr/sbin" exec node --disable-warning=ExperimentalWarning --import ./scripts/typescript.mjs test/load/faults.main.ts "$@"
