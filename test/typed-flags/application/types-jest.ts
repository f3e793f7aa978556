import type { VwoMatchers } from 'nestjs-vwo/testing';

// The runner of ./matchers.ts: Jest with @types/jest, where `expect` is global.

declare global {
  namespace jest {
    interface Matchers<R, T> extends VwoMatchers<R, T> {}
  }
}

const its = expect;
export { its as expect };
