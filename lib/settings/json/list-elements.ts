/** A piece of JSON, in bytes. */
export interface JsonPart {
  /** Where it begins. */
  readonly start: number;
  /** The place after its last byte. */
  readonly end: number;
}

const QUOTE = 34; // "
const COMMA = 44; // ,
const BACKSLASH = 92; // \
const OPEN_LIST = 91; // [
const CLOSE_LIST = 93; // ]
const OPEN_OBJECT = 123; // {
const CLOSE_OBJECT = 125; // }

/** Bytes that are looked at in one go. */
const STRETCH = 16_384;

/**
 * Finds the objects that are elements of a list at the top level of a JSON object: `{ "features": [{…}, {…}] }` has two. What is no
 * JSON gives anything: whoever parses the parts, and what is around them, finds out.
 */
export function* listElements(json: Uint8Array): Generator<void, readonly JsonPart[]> {
  const found: JsonPart[] = [];
  let depth = 0;
  let isList = false;
  let start = -1;
  let pause = STRETCH;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at] ?? 0) {
      case QUOTE:
        at = endOfText(json, at);
        break;
      case OPEN_OBJECT:
        if (depth === 2 && isList) start = at;
        depth += 1;
        break;
      case OPEN_LIST:
        if (depth === 0) return found;
        if (depth === 1) isList = true;
        depth += 1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth -= 1;
        if (depth === 2 && start !== -1) found.push({ start, end: at + 1 });
        if (depth === 2) start = -1;
        if (depth === 1) isList = false;
        break;
      default:
    }
    if (at < pause) continue;
    pause = at + STRETCH;
    yield;
  }
  return found;
}

/** Where the text that begins here has its closing quote; the end where it has none. */
function endOfText(json: Uint8Array, begin: number): number {
  let at = begin + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Whether nothing but a comma is between two parts. */
export function areNeighbours(json: Uint8Array, before: JsonPart, after: JsonPart): boolean {
  let commas = 0;
  for (let at = before.end; at < after.start; at += 1) {
    const byte = json[at];
    if (byte === COMMA) commas += 1;
    else if (!isSpace(byte)) return false;
  }
  return commas === 1;
}

/** As JSON has them. */
function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
