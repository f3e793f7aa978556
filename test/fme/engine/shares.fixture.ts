import { createRequire } from 'node:module';

const { v3 } = createRequire(import.meta.url)('murmurhash') as { v3(text: string, seed: number): number };

/** Narrower than a bucket of 10,000. */
const NEAR = 0.00005;

/** The two users next to where a share (0 to 1) ends, whom VWO's hash puts just inside and just outside of it. */
export function usersAround(prefix: string, share: number): readonly [inside: string, outside: string] {
  return [userBetween(prefix, share - NEAR, share), userBetween(prefix, share, share + NEAR)];
}

function userBetween(prefix: string, from: number, to: number): string {
  for (let i = 0; ; i++) {
    const at = v3(`${prefix}user-${i}`, 1) / 2 ** 32;
    if (at >= from && at < to) return `user-${i}`;
  }
}
