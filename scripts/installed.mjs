/**
 * Are the dependencies of a folder there, as its lock file says? Exit code 1 when not. npm keeps a list of what it has installed
 * in node_modules/.package-lock.json; the packages themselves are looked for, too. What is there beyond it does not matter, nor optional packages of other platforms.
 */
import { existsSync, readFileSync } from 'node:fs';

const folder = process.argv[2];

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

const listed = packagesIn('node_modules/.package-lock.json');

function isThere([path, { version, optional }]) {
  if (path === '' || optional) return true;
  return listed[path]?.version === version && existsSync(`${folder}/${path}/package.json`);
}

process.exit(Object.entries(packagesIn('package-lock.json')).every(isThere) ? 0 : 1);
