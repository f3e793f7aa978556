import type { VwoMatchers } from 'nestjs-vwo/testing';

// The runner of ./matchers.ts: Jest with @jest/globals.

declare module 'expect' {
  interface Matchers<R, T> extends VwoMatchers<R, T> {}
}

export { expect } from '@jest/globals';
