import { createServer } from 'node:net';

/** Below the ports that the system hands out by itself, so that nobody takes one in between. */
const [FIRST, LAST] = [21_000, 31_000];

/** A free port on 127.0.0.1 whose cluster bus port (10,000 above) is free too. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
  throw new Error(`No free port between ${FIRST} and ${LAST}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
