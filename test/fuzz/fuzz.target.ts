/** One kind of random cases, and what must hold for each. */
export interface FuzzTarget {
  readonly name: string;
  /** What is tried, in words. */
  readonly what: string;
  /** Gets ready for cases, in a process that tries no other target. */
  start(): Promise<FuzzRun>;
}

export interface FuzzRun {
  /** Case `n` of a seed: always the same. Rejects where it fails; the message shows the case. */
  check(seed: number, n: number): Promise<void>;
  close(): Promise<void>;
}

/** A target that needs neither servers nor clients. */
export function plainTarget(name: string, what: string, make: () => Pick<FuzzRun, 'check'>): FuzzTarget {
  const close = (): Promise<void> => Promise.resolve();
  return {
    name,
    what,
    start: () => {
      const run = make();
      return Promise.resolve({ check: (seed, n) => run.check(seed, n), close });
    },
  };
}
