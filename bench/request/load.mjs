/** The load: wrk where it is installed, else autocannon; from a process of its own, off the measured core. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { available, HELPERS, spawnOn } from '../machine.mjs';
import { RETURNING } from './answer.mjs';

export const CONNECTIONS = 50;
export const PROGRAM = available('wrk', ['-v']) ? 'wrk' : 'autocannon';

const here = (name) => new URL(name, import.meta.url).pathname;
const ids = join(mkdtempSync(join(tmpdir(), 'nestjs-vwo-bench-')), 'users');
writeFileSync(ids, `${RETURNING.join('\n')}\n`);

/** Gives `{ requests, seconds, p50, p99 }`, latencies in µs. Rejects when an answer was not 2xx or did not come. */
export async function load(url, seconds) {
  const [program, args] =
    PROGRAM === 'wrk'
      ? [
          'wrk',
          ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '30s', '-s', here('rotate.lua'), url, '--', ids],
        ]
      : [process.execPath, [here('autocannon.mjs'), url, seconds, CONNECTIONS, ids]];
  const child = spawnOn(HELPERS, program, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  const line = /^RESULT (.*)$/m.exec(output);
  if (code !== 0 || !line) throw new Error(`${program} ended with ${code}: ${output}`);
  const result = JSON.parse(line[1]);
  if (result.refused || result.lost)
    throw new Error(`${result.refused} answers were no 2xx, ${result.lost} did not come`);
  return result;
}
