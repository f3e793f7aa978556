export * from './closed-storage.js';
export * from './send-checks.js';
export * from './storage-reader.js';
export * from './visit.js';
export * from './visit-user.js';
export * from './visitor-uuid.js';
export * from './vwo-client.js';
export * from './write-behind.js';
