/** Not as `(\d+\.)*\d+`: JavaScript's engine keeps a place for each part, and has no room for millions. */
const NO_VERSION = /[^\d.]|^\.|\.\.|\.$|^$/;
const DIGITS = /^\d+$/;

/** Whether a text is digits and dots only, such as `1.20.3`. */
export function isVersion(text: string): boolean {
  return !NO_VERSION.test(text);
}

/** `1.20.3` as `[1, 20, 3]`; a part that is no number counts as 0. */
export function versionParts(text: string): readonly number[] {
  return text.split('.').map((part) => (DIGITS.test(part) ? Number(part) : 0));
}

/** Negative when `a` is the earlier version, 0 when they are the same; missing parts count as 0. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a[i] ?? 0;
    const right = b[i] ?? 0;
    if (left !== right) return left - right;
  }
  return 0;
}
