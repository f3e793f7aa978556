export * from './vwo.health.js';
