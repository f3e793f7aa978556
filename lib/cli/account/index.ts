export * from './account.js';
export * from './account-reader.js';
export * from './settings-place.js';
