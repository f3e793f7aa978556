#!/bin/sh
# The sample app, set-up included. See sample-app/README.md for what the environment changes.
set -eu
cd "$(dirname "$0")/.."
sh scripts/build-sample.sh
exec node --enable-source-maps sample-app/dist/main.js "$@"
