#!/bin/sh
# `npm version` runs this: the version in the code follows the one in package.json.
set -eu
cd "$(dirname "$0")/.."
echo "/** This package's, as its manifest has it; \`npm version\` writes both. */
export const VERSION = '$npm_package_version';" >lib/common/version.ts
