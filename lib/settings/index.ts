export * from './settings-keeper.js';
export * from './settings-source.js';
