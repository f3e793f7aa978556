#!/bin/sh
# Brings a clone to the point where everything can run: dependencies as the lock file says, and nothing when they are there.
set -eu
cd "$(dirname "$0")/.."
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing dependencies …"
  # `npm ci` refuses a lock file made at a registry that lacks optional packages of other platforms; `npm install` keeps to the
  # same versions and goes on.
  npm ci --no-audit --no-fund --loglevel=error >/dev/null 2>&1 ||
    npm install --no-save --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
