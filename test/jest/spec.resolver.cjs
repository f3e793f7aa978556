const { join } = require('node:path');

const TYPESCRIPT = require.resolve('typescript');
const SHARED = join(__dirname, 'typescript.cjs');

/** Jest's, but the TypeScript of this repository is the one that specs share. That of another folder is what is there. */
module.exports = (specifier, options) => {
  const path = options.defaultResolver(specifier, options);
  return path === TYPESCRIPT ? SHARED : path;
};
