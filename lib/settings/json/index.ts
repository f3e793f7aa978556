export * from './settings-json.js';
export * from './settings-reader.js';
