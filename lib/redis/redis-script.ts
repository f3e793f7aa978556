import { createHash } from 'node:crypto';

/** A script that runs inside Redis, in one step. */
export class RedisScript {
  /** By which Redis knows the script once it has run there. */
  readonly digest: string;

  constructor(readonly text: string) {
    this.digest = createHash('sha1').update(text).digest('hex');
  }
}
