export type { VwoFetch, VwoFetchRequest, VwoFetchResponse } from './by-fetch.js';
export * from './sdk-identity.js';
export * from './transport.js';
export * from './vwo-hosts.js';
