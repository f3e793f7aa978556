export * from './settings-schema.js';
export * from './settings-source.js';
export * from './settings-keeper.js';
