export interface BackOffOptions {
  /** The first wait, in ms. */
  first: number;
  /** The longest wait, in ms. */
  longest: number;
  /** From 0 to 1. @default `Math.random` */
  random?: () => number;
}

/** How long to wait after failure number `failures` (from 1), in ms: twice as long each time, less a random part of up to half. */
export function backOff(failures: number, { first, longest, random = Math.random }: BackOffOptions): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - random() / 2));
}
