export * from './connector.settings-store.js';
export * from './file.settings-store.js';
export * from './settings-store.js';
export * from './settings-store.option.js';
export * from './stored-settings.js';
