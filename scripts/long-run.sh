#!/bin/sh
# Very many requests while settings change and faults come and go: what is wrong, and what the process holds before and after.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
PATH="$PATH:/usr/sbin" exec node --disable-warning=ExperimentalWarning --import ./scripts/typescript.mjs test/load/long-run.main.ts "$@"
