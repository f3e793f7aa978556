export * from './client-option.js';
export * from './handler.decorators.js';
export * from './handler-flags.js';
export * from './handler-metadata.js';
