/** Bound of the keys remembered; an account has far fewer. */
const AT_MOST = 10_000;

/**
 * The keys seen so far, and which of them give the same Redis key as `<key>_<user id>`: with features `a` and `a_b`,
 * user `b_c` of the one and user `c` of the other share `a_b_c`. It is the longer key's.
 */
export class FeatureKeys {
  private readonly seen = new Set<string>();
  /** What follows a key, and its underscore, in keys that are longer. */
  private readonly longer = new Map<string, string[]>();
  private last: readonly string[] | undefined;

  [Symbol.iterator](): Iterator<string> {
    return this.seen.values();
  }

  /** The list of an account's keys is the same at every visit: looked at once. */
  learn(keys: readonly string[]): void {
    if (keys === this.last) return;
    for (const key of keys) if (!this.seen.has(key) && this.seen.size < AT_MOST) this.add(key);
    this.last = keys;
  }

  /** The feature to which the key of this feature and user belongs, with another user, where that is another one. */
  ownerOf(key: string, userId: string): string | undefined {
    const rest = this.longer.get(key)?.find((each) => userId.startsWith(`${each}_`));
    return rest === undefined ? undefined : `${key}_${rest}`;
  }

  /** Whose `<key>_<user id>` this may be, with any key that is known; undefined where not all are remembered. */
  usersIn(text: string): readonly string[] | undefined {
    if (this.seen.size >= AT_MOST) return undefined;
    const users: string[] = [];
    for (let at = text.indexOf('_'); at !== -1; at = text.indexOf('_', at + 1)) {
      if (this.seen.has(text.slice(0, at))) users.push(text.slice(at + 1));
    }
    return users;
  }

  private add(key: string): void {
    for (const other of this.seen) {
      if (other.startsWith(`${key}_`)) this.note(key, other);
      else if (key.startsWith(`${other}_`)) this.note(other, key);
    }
    this.seen.add(key);
  }

  /** The longest first: it is whose key it is. */
  private note(key: string, longer: string): void {
    const rests = [...(this.longer.get(key) ?? []), longer.slice(key.length + 1)];
    this.longer.set(
      key,
      rests.sort((a, b) => b.length - a.length),
    );
  }
}
