export * from './file.source.js';
export * from './given.source.js';
export * from './settings-keeper.options.js';
export * from './settings-keeper.js';
export * from './settings-schema.js';
export * from './settings-source.js';
export * from './settings-source-of.js';
export * from './vwo.source.js';
