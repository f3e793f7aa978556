#!/bin/sh
# Builds the package, installs it into the sample app as its users would get it, and builds the sample app (nest-cli.json).
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
npm run build --silent
if [ ! -f sample-app/node_modules/.package-lock.json ] || [ sample-app/package-lock.json -nt sample-app/node_modules/.package-lock.json ]; then
  echo "Installing the sample app (npm ci) …"
  npm --prefix sample-app ci --no-audit --no-fund
  touch sample-app/node_modules/.package-lock.json
fi
# npm has copied the package as it was then: what is installed follows what is built.
installed=sample-app/node_modules/nestjs-vwo
rm -rf "$installed/dist"
cp -R dist package.json "$installed/"
npx --no-install nest build
