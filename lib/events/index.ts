export * from './event.js';
export * from './event-queue.js';
export * from './visitor-uuid.js';
export * from './payload.js';
export * from './batch-sender.js';
export * from './wire-format.js';
