import { put } from './json-value.js';

/** A deep copy of JSON that nobody can change. Not recursive: JSON may be nested deeper than the stack. */
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const root = emptyLike(value);
  const copies: object[] = [root];
  const open: [from: object, to: object][] = [[value, root]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [from, to] = next;
    for (const [key, child] of Object.entries(from)) {
      if (typeof child !== 'object' || child === null) {
        put(to, key, child);
        continue;
      }
      const copy = emptyLike(child as object);
      copies.push(copy);
      open.push([child as object, copy]);
      put(to, key, copy);
    }
  }
  for (const copy of copies) Object.freeze(copy);
  return root;
}

function emptyLike(value: object): object {
  return Array.isArray(value) ? [] : {};
}
