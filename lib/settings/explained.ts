import type { z } from 'zod';
import { shown } from '../common/index.js';

/** Places that are named; more would only repeat one mistake. */
const NAMED = 3;

/** What a schema of zod's refused, in one line: `features[3].key: expected a string, got 12`. */
export function explained(error: z.ZodError, raw: unknown): string {
  const lines = error.issues.slice(0, NAMED).map(({ path, message }) => {
    const came = shown(valueAt(raw, path));
    return `${placeOf(path)}: ${ruleOf(message)}, got ${came}`;
  });
  return lines.join('; ');
}

/** `Invalid input: expected array, received string` → `expected a list` */
function ruleOf(message: string): string {
  return message
    .replace(/^Invalid input: /, '')
    .replace(/, received .*$/, '')
    .replace(/^expected array$/, 'expected a list')
    .replace(/^expected object$/, 'expected an object')
    .replace(/^expected (string|number|boolean)$/, 'expected a $1');
}

/** `features[3].key`; the whole is called `settings`. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place.replace(/^\./, '') || 'settings';
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], raw);
}
