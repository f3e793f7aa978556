/** What each flag is decided by, as text, by its key. */
export type FlagTexts = ReadonlyMap<string, string>;

/** The keys of flags that are new, gone, or decided by something else than before. */
export function changedKeys(before: FlagTexts, after: FlagTexts): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}
