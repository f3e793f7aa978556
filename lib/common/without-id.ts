/** Ids of so few characters are replaced only where they stand alone: a 1 is in every port. */
const SHORT = 6;

/** A text in which `…` stands for a user's id, also as URLs have it: what others say of a user shall not be in a log. */
export function withoutId(text: string, id: string): string {
  if (id.length > SHORT) return text.replaceAll(id, '…').replaceAll(encodeURIComponent(id), '…');
  const literal = id.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu'), '…');
}
