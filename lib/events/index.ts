export * from './event.js';
export * from './event-queue.js';
export * from './visitor-uuid.js';
export * from './payload.js';
