// How an account is doing, for @nestjs/terminus: `nestjs-vwo/health`.

export { VwoHealthIndicator } from '../health/index.js';
export type { VwoHealthOptions } from '../health/index.js';
