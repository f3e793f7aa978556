#!/bin/sh
# The mutation check: `sh scripts/mutation.sh decide`, or paths, or nothing for all rooms. scripts/mutation/main.mjs says what it does.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
exec nice -n 10 node scripts/mutation/main.mjs "$@"
