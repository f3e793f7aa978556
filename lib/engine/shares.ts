/** A share of 10,000 buckets, from `start` to `end`; -1 where there is none. */
export interface Share {
  readonly start: number;
  readonly end: number;
}

/** Lays weights (0 to 100) end to end, each share rounded up to a whole bucket. */
export function sharesOf(weights: readonly number[]): readonly Share[] {
  let taken = 0;
  return weights.map((weight) => {
    const width = weight ? Math.min(Math.ceil(weight * 100), 10_000) : 0;
    if (!width) return { start: -1, end: -1 };
    const share = { start: taken + 1, end: taken + width };
    taken += width;
    return share;
  });
}

/** Whose share holds the bucket; nobody's where the shares do not reach. */
export function inShare<T extends Share>(shares: readonly T[], bucket: number): T | undefined {
  for (const share of shares) if (bucket >= share.start && bucket <= share.end) return share;
  return undefined;
}
