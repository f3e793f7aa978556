export * from './attached.js';
export * from './back-off.js';
export * as channels from './channels.js';
export type {
  VwoAccount,
  VwoChannels,
  VwoEvaluation,
  VwoEventsPost,
  VwoStorageRead,
  VwoStorageWrite,
  VwoVisitOpened,
} from './channels.js';
export * from './clock.js';
export * from './counters.js';
export * from './deadline.js';
export * from './diagnostics.js';
export * from './equal-waits.js';
export * from './error-text.js';
export * from './keep-alive.js';
export * from './missing-package.js';
export * from './neutral-context.js';
export * from './one-in-process.js';
export * from './option-rules.js';
export * from './slices.js';
export * from './vwo.errors.js';
export * from './without-id.js';
export { shown } from '../model/index.js';
export * from './version.js';
