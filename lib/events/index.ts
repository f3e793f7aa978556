export * from './batch-sender.js';
export * from './event-queue.js';
export * from './event-sender.js';
export * from './queued-event.js';
export * from './single-sender.js';
export * from './wire-format.js';
