// The entry points of the package, by name. When their files move, this file follows; the suite beside it does not change.

/** `nestjs-vwo` */
export * as root from '../../lib/index.js';
/** `nestjs-vwo/redis` */
export * as redis from '../../lib/entries/redis.js';
/** `nestjs-vwo/config` */
export * as config from '../../lib/entries/config.js';
/** `nestjs-vwo/testing` */
export * as testing from '../../lib/entries/testing.js';
/** `nestjs-vwo/full-stack` */
export * as fullStack from '../../lib/entries/full-stack.js';
/** `nestjs-vwo/sdk` */
export * as sdk from '../../lib/entries/sdk.js';
