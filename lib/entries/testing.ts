export * from '../edge/index.js';
export * from '../contract/index.js';
