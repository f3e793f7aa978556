#!/bin/sh
# Several instances on one Redis: a rolling restart under load, and first requests that come to all at once. `sh scripts/fleet.sh --help`.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
PATH="$PATH:/usr/sbin" exec node --disable-warning=ExperimentalWarning --import ./scripts/typescript.mjs test/load/fleet.main.ts "$@"
