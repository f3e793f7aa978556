import type { VwoMatchers } from 'nestjs-vwo/testing';

// The runner of ./matchers.ts: Vitest.

declare module 'vitest' {
  interface Matchers<T> extends VwoMatchers<void, T> {}
}

export { expect } from 'vitest';
