import { isPlainObject } from './json-value.js';

/** How a value looks in a message: short, and never a whole object. Never throws. */
export function shown(value: unknown): string {
  try {
    return shortText(value);
  } catch {
    return 'an object that cannot be read';
  }
}

function shortText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return String(value);
  return isPlainObject(value) ? 'an object' : `an object of ${value.constructor?.name ?? 'no class'}`;
}
