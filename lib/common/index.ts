export * from './back-off.js';
export * from './clock.js';
export * from './deadline.js';
export * from './diagnostics.js';
export * from './error-text.js';
export * from './keep-alive.js';
export * from './option-rules.js';
export * from './vwo.errors.js';
