#!/bin/sh
# All tests, set-up included: dependencies, Redis and NATS, the built package, the built sample app. Arguments go to Jest.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/servers.sh
sh scripts/build-sample.sh
NODE_OPTIONS="${NODE_OPTIONS:-} --experimental-vm-modules --disable-warning=ExperimentalWarning" exec npx --no-install jest "$@"
