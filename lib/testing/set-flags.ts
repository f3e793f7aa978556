import { SetFlag } from './set-flag.js';
import { checkedFlags } from './test-flag.js';

type FlagsByKey = Map<string, SetFlag>;

/** Which flags a test has set: for everybody, and for single users. */
export class SetFlags {
  private readonly first: ReadonlyMap<string, SetFlag>;
  private forAll: FlagsByKey;
  private readonly byUser = new Map<string, FlagsByKey>();

  /** @param given what `reset` goes back to; checked here. Throws `VwoOptionsError` */
  constructor(given: unknown) {
    this.first = new Map(setFlags('flags', given));
    this.forAll = new Map(this.first);
  }

  /** The user's own goes before everybody's. */
  find(key: string, userId: string): SetFlag | undefined {
    return this.byUser.get(userId)?.get(key) ?? this.forAll.get(key);
  }

  set(where: string, given: unknown): void {
    for (const [key, flag] of setFlags(where, given)) this.forAll.set(key, flag);
  }

  setFor(userId: string, where: string, given: unknown): void {
    const known = this.byUser.get(userId) ?? new Map<string, SetFlag>();
    for (const [key, flag] of setFlags(where, given)) known.set(key, flag);
    this.byUser.set(userId, known);
  }

  reset(): void {
    this.forAll = new Map(this.first);
    this.byUser.clear();
  }
}

/** Checked as a whole before any is set. */
export function setFlags(where: string, given: unknown): readonly (readonly [key: string, flag: SetFlag])[] {
  return checkedFlags(where, given).map(([key, flag]) => [key, new SetFlag(key, flag)]);
}
