const { statSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');

/** Sources of this repository and of what it has installed. A spec's own files lie elsewhere, and are gone when it ends. */
const ROOT = join(__dirname, '../../');

/** Files by path and by whatever else decides on how they are parsed and bound; `state`: when and how long they were then. */
const parsed = new Map();

function createCompilerHost(options, ...others) {
  const host = ts.createCompilerHost(options, ...others);
  const read = host.getSourceFile;
  host.getSourceFile = (name, version, ...rest) => {
    const stats = name.startsWith(ROOT) ? statSync(name, { throwIfNoEntry: false }) : undefined;
    if (stats === undefined) return read(name, version, ...rest);
    const key = keyOf(name, version, options);
    const state = `${stats.mtimeMs} ${stats.size}`;
    const known = parsed.get(key);
    if (known?.state === state) return known.file;
    const file = read(name, version, ...rest);
    parsed.set(key, { file, state });
    return file;
  };
  return host;
}

/** The options decide whether a source is a module; a declaration file says so itself. */
function keyOf(name, { languageVersion, impliedNodeFormat }, { module, moduleDetection }) {
  const isModule = ts.isDeclarationFileName(name) ? [] : [module, moduleDetection];
  return [name, languageVersion, impliedNodeFormat, ...isModule].join();
}

function createProgram(names, options, host, ...others) {
  if (!Array.isArray(names)) return ts.createProgram(names);
  return ts.createProgram(names, options, host ?? createCompilerHost(options), ...others);
}

/**
 * TypeScript for all specs of a worker, outside of their sandboxes: loaded once, and warm. Its programs share what is parsed and bound
 * of the files that they have in common; what they check is their own.
 */
module.exports = { ...ts, createCompilerHost, createProgram };
