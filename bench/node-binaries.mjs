/** Other Node binaries for benchmarks that run their servers on several: `--node 20,24` or `--node /opt/node-26/bin/node`. */
import { execFileSync } from 'node:child_process';

/**
 * @param given paths of binaries or versions, with commas between them; empty: the Node that runs this
 * @returns each with the version that it says, in that order
 */
export function nodeBinaries(given) {
  const asked = given
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (asked.length === 0) return [{ path: process.execPath, version: process.versions.node }];
  return asked.map((one) => {
    const path = one.includes('/') ? one : ofVersion(one);
    return { path, version: answerOf(path, ['-p', 'process.versions.node']) };
  });
}

/** This one, where it is of that version; else npm fetches the package that has the binary for this machine. */
function ofVersion(version) {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}@${version}`;
  return answerOf('npm', ['exec', '--yes', `--package=${name}`, '--', 'node', '-p', 'process.execPath']);
}

function answerOf(program, args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}
