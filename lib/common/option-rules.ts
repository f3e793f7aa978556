import { shown } from '../model/index.js';
import { VwoOptionsError } from './vwo.errors.js';

/** Refuses an option: which, the rule, what came, and the cure where there is one. */
export function refuse(option: string, rule: string, value: unknown, cure?: string): never {
  throw new VwoOptionsError(`\`${option}\` must be ${rule}, got ${shown(value)}${cure ? ` (${cure})` : ''}`);
}

/** A span of time in ms. Longer than Node's timers can count (24.8 days) is refused unless `max` allows it. */
export function milliseconds(option: string, value: unknown, { min = 1, max = 2 ** 31 - 1 } = {}): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(option, 'a number of milliseconds', value);
  if (value < min) refuse(option, `at least ${min} ms`, value, 'it is in milliseconds');
  if (value > max) refuse(option, `at most ${max} ms`, value, 'it is in milliseconds');
  return value;
}

/** A size in bytes. */
export function bytes(option: string, value: unknown, { min }: { min: number }): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) refuse(option, 'a whole number of bytes', value);
  if (value < min) refuse(option, `at least ${min} bytes`, value, 'it is in bytes');
  return value;
}

/** A whole number of things. */
export function wholeNumber(option: string, value: unknown, { min = 1, max = Number.MAX_SAFE_INTEGER } = {}): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) refuse(option, 'a whole number', value);
  if (value < min || value > max) refuse(option, `a whole number from ${min} to ${max}`, value);
  return value;
}

export function text(option: string, value: unknown, cure?: string): string {
  if (typeof value !== 'string' || value.trim() === '') refuse(option, 'a string that is not empty', value, cure);
  return value;
}

export function yesOrNo(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') refuse(option, 'true or false', value);
  return value;
}

/** An object that has these methods; what else it is does not matter. */
export function withMethods<T extends object>(option: string, value: T, methods: readonly (keyof T & string)[]): T {
  for (const method of methods) {
    if (typeof value?.[method] !== 'function') refuse(option, `an object with a method \`${method}\``, value);
  }
  return value;
}

export function functionOption<T extends (...args: never[]) => unknown>(option: string, value: T, cure?: string): T {
  return typeof value === 'function' ? value : refuse(option, 'a function', value, cure);
}

export function oneOf<const T extends string>(option: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  return found ?? refuse(option, allowed.map((name) => `'${name}'`).join(' or '), value);
}

/** An absolute http(s) URL without its trailing slash. What VWO would never be called with is refused, and not repeated in the error. */
export function httpUrl(option: string, value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    const harmless = typeof value === 'string' ? value.replace(/^[^/]*\/\/[^/]*@/, '…@') : value;
    return refuse(option, 'an absolute URL of http or https', harmless, "for example 'https://proxy.example.com/vwo'");
  }
  const { origin, pathname, username, password, href } = url;
  const plain = `${origin}${pathname}`;
  if (username || password) {
    refuse(option, 'a URL without a user name and password', plain, 'VWO and its gateway ask for none');
  }
  if (href !== plain) {
    refuse(option, 'a URL without a query or fragment', plain, 'paths and queries are appended to it');
  }
  return plain.replace(/\/+$/, '');
}

/** A plain object with known keys only, so that a misspelt option is an error and not a silence. */
export function knownKeys(where: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) refuse(where, 'an object', given);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    throw new VwoOptionsError(
      `\`${where}\` has no option \`${key}\`${meant ? `, did you mean \`${meant}\`?` : `. It has: ${known.join(', ')}`}`,
    );
  }
}

/** The known name that differs from `word` in at most two letters, if there is one. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }));
  const best = distances.sort((a, b) => a.far - b.far)[0];
  return best && best.far <= 2 ? best.name : undefined;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
