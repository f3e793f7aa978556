#!/bin/sh
# lib/ becomes dist/esm and dist/cjs: the same sources as ES modules and as CommonJS, each with declarations of its own. Types are
# checked once, with the ES modules.
set -eu
cd "$(dirname "$0")/.."
rm -rf dist
npx --no-install tsc -p tsconfig.build.json &
esm=$!
npx --no-install tsc -p tsconfig.cjs.json
wait "$esm"
node scripts/bundler-requires.mjs
# One declaration for both, so that what an application adds to VwoFlags counts for both.
echo "export * from '../../cjs/model/vwo-flags.js';" >dist/esm/model/vwo-flags.d.ts
echo '{ "type": "commonjs" }' >dist/cjs/package.json
