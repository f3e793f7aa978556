export * from '../testing/index.js';

// What works without Nest, too: `nestjs-vwo/edge` and `nestjs-vwo/contract`
export * from '../edge/index.js';
export * from '../contract/index.js';
