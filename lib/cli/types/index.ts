export * from './content-type.js';
export * from './declaration.js';
export * from './types.command.js';
