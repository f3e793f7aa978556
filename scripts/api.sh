#!/bin/sh
# Writes api/*.api.md, the report of all that the package exports, anew from what is built.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
npm run build --silent
RENEW_API=1 NODE_OPTIONS="${NODE_OPTIONS:-} --experimental-vm-modules --disable-warning=ExperimentalWarning" exec npx --no-install jest test/api
