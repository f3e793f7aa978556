/** How a cache in the process, of records that are stored elsewhere, is doing. What is counted only grows. */
export interface VwoNearCacheStats {
  /** Whether changes elsewhere are told to it. While they are not, nothing is answered from it. */
  readonly stands: boolean;
  /** Users whose records it holds. */
  readonly users: number;
  /** Reads that it answered. */
  readonly hits: number;
  /** Reads that the store was asked for. */
  readonly misses: number;
  /** Changes that it was told of, to one user's records or to all. */
  readonly invalidations: number;
}

/** Where a storage has its near cache, for clients of every copy of this package. */
export const NEAR_CACHE = Symbol.for('nestjs-vwo:near-cache');

/** The cache of a storage that has one. */
export interface NearCache {
  stats(): VwoNearCacheStats;
  /** Told why it does not stand, and what helps: also when that is known already. The answer ends that. */
  onTrouble(listener: (message: string) => void): () => void;
}

export function nearCacheOf(storage: object): NearCache | undefined {
  return (storage as { readonly [NEAR_CACHE]?: NearCache })[NEAR_CACHE];
}
