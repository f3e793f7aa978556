#!/bin/sh
# Applications under load, set-up included: `sh scripts/load.sh faults --help`; test/load/ has `faults`, `fleet`, `long-run` and `dead-collector`.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
what=$1
shift
PATH="$PATH:/usr/sbin" exec node --disable-warning=ExperimentalWarning --import ./scripts/typescript.mjs "test/load/$what.main.ts" "$@"
