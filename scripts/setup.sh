#!/bin/sh
# Brings a clone to the point where everything can run: dependencies as the lock file says, and nothing when they are there.
set -eu
cd "$(dirname "$0")/.."
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing dependencies (npm ci) …"
  npm ci --no-audit --no-fund
  touch node_modules/.package-lock.json
fi
