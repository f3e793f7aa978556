export * from './host/official-sdk.types.js';
export * from './sdk.client.js';
export * from './sdk.errors.js';
export * from './sdk.options.js';
