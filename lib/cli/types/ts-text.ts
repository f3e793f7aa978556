/** A text as TypeScript writes it, in single quotes. Half of a surrogate pair is escaped too. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`)}'`;
}

/** The name of a property: quoted where it is no identifier. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** A union; of nothing it is `never`. */
export function union(types: Iterable<string>): string {
  return [...new Set(types)].join(' | ') || 'never';
}
