import { isObject } from '../../model/index.js';
import { propertyName, union } from './ts-text.js';

/** In which order the members of a union stand, so that the same settings always give the same text. */
const SCALARS = ['string', 'number', 'boolean'] as const;

/**
 * The type of a variable, from all the values that it has: `number`, or for JSON what is in it. Objects become one type, in which a
 * property that some of them lack is optional; so do the elements of lists. All of it is readonly, as flags are.
 */
export function contentType(values: readonly unknown[]): string {
  const objects = values.filter((value) => isObject(value));
  const lists = values.filter((value) => Array.isArray(value));
  const scalars = SCALARS.filter((type) => values.some((value) => typeof value === type));
  const types = [
    ...scalars,
    ...some(objects, objectType),
    ...some(lists, listType),
    ...some(nulls(values), () => 'null'),
  ];
  return types.length > 0 ? union(types) : 'unknown';
}

function some<T>(values: readonly T[], typeOf: (values: readonly T[]) => string): string[] {
  return values.length > 0 ? [typeOf(values)] : [];
}

function nulls(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value === null);
}

function objectType(objects: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();
  if (names.length === 0) return 'Readonly<Record<string, unknown>>';
  const properties = names.map((name) => {
    const values = objects.flatMap((object) => (Object.hasOwn(object, name) ? [object[name]] : []));
    const optional = values.length < objects.length ? '?' : '';
    return `readonly ${propertyName(name)}${optional}: ${contentType(values)}`;
  });
  return `{ ${properties.join('; ')} }`;
}

function listType(lists: readonly (readonly unknown[])[]): string {
  const type = contentType(lists.flat());
  return /^\w+$/.test(type) ? `readonly ${type}[]` : `readonly (${type})[]`;
}
