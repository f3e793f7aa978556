export * from './mount.guard.js';
export * from './mount.middleware.js';
export * from './vwo.mount.js';
