/** HTML that is safe to send as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** A template in which every value is escaped, but for other `Html`, lists of it, and nothing (`undefined`, `false`). */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(parts.map((part, index) => part + (index < values.length ? safe(values[index]) : '')).join(''));
}

function safe(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(safe).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
