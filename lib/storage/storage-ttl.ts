import { milliseconds } from '../common/index.js';

/** 90 days, in ms: longer than an experiment should run. */
const NINETY_DAYS = 90 * 24 * 60 * 60 * 1000;

/** How long a user's records live after the last write, in ms. Less than a second is a mistake of unit. */
export function ttlOption(given: number | undefined): number {
  return Math.round(milliseconds('ttl', given ?? NINETY_DAYS, { min: 1_000, max: Number.MAX_SAFE_INTEGER }));
}
