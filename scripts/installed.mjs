/**
 * Are the dependencies of a folder there, as its lock file says? Exit code 1 when not. npm keeps a list of what it has installed
 * in node_modules/.package-lock.json. What is there beyond it does not matter, nor optional packages of other platforms.
 */
import { readFileSync } from 'node:fs';

const folder = process.argv[2];

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

const installed = packagesIn('node_modules/.package-lock.json');
const isThere = ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version;
process.exit(Object.entries(packagesIn('package-lock.json')).every(isThere) ? 0 : 1);
