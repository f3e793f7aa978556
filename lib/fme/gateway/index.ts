export * from './gateway.js';
export * from './user-aliases.js';
