#!/bin/sh
# Brings a clone to the point where everything can run: dependencies as the lock file says, and nothing when they are there.
# `sh scripts/setup.sh bench` does so for a folder that has a lock file of its own.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-.}
node scripts/installed.mjs "$folder" && exit 0
echo "Installing the dependencies of $folder/package.json …"
# `npm ci` refuses a lock file made at a registry that lacks optional packages of other platforms; `npm install` keeps to the
# same versions and goes on.
npm --prefix "$folder" ci --no-audit --no-fund --loglevel=error >/dev/null 2>&1 ||
  npm --prefix "$folder" install --no-save --no-audit --no-fund --loglevel=error
