/** A share of 10,000 buckets, from `start` to `end`; -1 where there is none. */
export interface BucketRange {
  readonly start: number;
  readonly end: number;
}

const NO_SHARE: BucketRange = { start: -1, end: -1 };

/** Lays weights (0 to 100) end to end, each share rounded up to a whole bucket. Undefined and NaN: no share. */
export class ShareLayout {
  private taken = 0;

  next(weight = 0): BucketRange {
    const width = Math.min(Math.ceil(weight * 100), 10_000);
    if (!width) return NO_SHARE;
    const start = this.taken + 1;
    this.taken += width;
    return { start, end: this.taken };
  }
}

export function sharesOf(weights: readonly (number | undefined)[]): readonly BucketRange[] {
  const layout = new ShareLayout();
  return weights.map((weight) => layout.next(weight));
}

/** Whose share holds the bucket; nobody's where the shares do not reach. */
export function rangeHolding<T extends BucketRange>(shares: readonly T[], bucket: number): T | undefined {
  for (const share of shares) if (bucket >= share.start && bucket <= share.end) return share;
  return undefined;
}
