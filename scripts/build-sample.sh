#!/bin/sh
# Builds the package, installs it into the sample app as its users would get it, and builds the sample app (nest-cli.json).
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
npm run build --silent
sh scripts/setup.sh sample-app
# npm has copied the package as it was then: what is installed follows what is built.
installed=sample-app/node_modules/nestjs-vwo
rm -rf "$installed/dist"
cp -R dist package.json "$installed/"
npx --no-install nest build
