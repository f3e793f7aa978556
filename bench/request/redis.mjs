import { createServer } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { available, HELPERS, spawnOn } from '../machine.mjs';

/** A Redis of this benchmark's own, on a free port, that writes nothing to disk. */
export async function startRedis() {
  if (!available('redis-server', ['--version'])) {
    throw new Error(
      'redis-server is not on the PATH: install it (Debian: apt-get install redis-server), or leave out its modes with --only',
    );
  }
  const port = await freePort();
  const child = spawnOn(
    HELPERS,
    'redis-server',
    [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      mkdtempSync(join(tmpdir(), 'nestjs-vwo-redis-')),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    child.stdout.on('data', (chunk) => String(chunk).includes('Ready to accept connections') && resolve());
  });
  return { child, url: `redis://127.0.0.1:${port}` };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
