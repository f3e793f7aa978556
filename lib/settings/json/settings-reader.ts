import { isObject, type JsonObject } from '../../model/index.js';
import { areNeighbours, type JsonPart, listElements } from './list-elements.js';
import { parsedJson } from './settings-json.js';

/** In place of objects in a list: `{ "": [3, 7] }` are the parts 3 to 6. */
type Placeholder = readonly [from: number, to: number];

/**
 * Parses settings again and again, in steps that are short however large the account is. An element of a list (a feature, a
 * campaign) that reads as it did the last time is the same object as the last time: whoever is given it must not change it.
 */
export class SettingsReader {
  /** By their bytes, as Latin-1. */
  private known: ReadonlyMap<string, JsonObject> = new Map();

  /** What `JSON.parse` gives, of UTF-8. Throws `VwoSettingsError` where it is no JSON. */
  *read(json: Buffer): Generator<void, unknown> {
    const parts = yield* listElements(json);
    const frame = parsedJson(yield* frameOf(json, parts));
    const now = new Map<string, JsonObject>();
    const values: JsonObject[] = [];
    for (const { start, end } of parts) {
      const bytes = json.toString('latin1', start, end);
      const known = now.get(bytes) ?? this.known.get(bytes);
      const value = known ?? (parsedJson(json.subarray(start, end)) as JsonObject);
      now.set(bytes, value);
      values.push(value);
      yield;
    }
    this.known = now;
    for (const list of isObject(frame) ? Object.values(frame) : []) {
      if (Array.isArray(list)) fill(list, values);
      yield;
    }
    return frame;
  }
}

/** What is around the parts, with a placeholder for each row of neighbours. */
function* frameOf(json: Buffer, parts: readonly JsonPart[]): Generator<void, Buffer> {
  const pieces: Uint8Array[] = [];
  let from = 0;
  let done = 0;
  for (const [i, part] of parts.entries()) {
    yield;
    const next = parts[i + 1];
    if (next && areNeighbours(json, part, next)) continue;
    const first = parts[from] ?? part;
    pieces.push(json.subarray(done, first.start), Buffer.from(`{"":[${from},${i + 1}]}`));
    from = i + 1;
    done = part.end;
  }
  return Buffer.concat([...pieces, json.subarray(done)]);
}

/** Puts the values in the place of their placeholders, which are the only objects that the list has. */
function fill(list: unknown[], values: readonly JsonObject[]): void {
  const filled = list.flatMap((element) =>
    isObject(element) ? values.slice(...(element[''] as Placeholder)) : [element],
  );
  list.length = 0;
  for (const value of filled) list.push(value);
}
