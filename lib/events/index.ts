export * from './batch-sender.js';
export * from './event-queue.js';
export * from './wire-format.js';
