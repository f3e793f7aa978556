/** One kind of random cases, and what must hold for each. */
export interface FuzzTarget {
  readonly name: string;
  /** What is tried, in words. */
  readonly what: string;
  /** Gets ready for cases, in a process that tries no other target. */
  start(): Promise<FuzzRun>;
}

/** Cases that are drawn apart from being tried, so that one can be kept. */
export interface FuzzCases<Case> {
  /** Case `n` of a seed: always the same, as long as no generator changes. */
  draw(seed: number, n: number): Case;
  /** Rejects where the case fails. */
  check(drawn: Case): Promise<void>;
  /** A smaller case that fails as well, of case `n` of a seed, which fails. */
  smaller?(drawn: Case, seed: number, n: number): Promise<Case>;
}

export interface FuzzRun extends FuzzCases<unknown> {
  close(): Promise<void>;
}

/** A target that needs neither servers nor clients. */
export function plainTarget<Case>(name: string, what: string, make: () => FuzzCases<Case>): FuzzTarget {
  return { name, what, start: () => Promise.resolve(runOf(make(), () => Promise.resolve())) };
}

/** Each target is given cases of its own only. */
export function runOf<Case>(cases: FuzzCases<Case>, close: () => Promise<void>): FuzzRun {
  return {
    draw: (seed, n) => cases.draw(seed, n),
    check: (drawn) => cases.check(drawn as Case),
    smaller: async (drawn, seed, n) => (await cases.smaller?.(drawn as Case, seed, n)) ?? drawn,
    close,
  };
}

/** One of the elements after the other, alone: the first that fails so; all of them where none does. */
export async function oneThatFails<T>(
  all: readonly T[],
  check: (one: readonly T[]) => Promise<void>,
): Promise<readonly T[]> {
  for (const each of all) {
    const fails = await check([each]).then(
      () => false,
      () => true,
    );
    if (fails) return [each];
  }
  return all;
}
