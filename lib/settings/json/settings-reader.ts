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
  private known: ReadonlyMap<string, JsonObject> = new Map();

  /** What `JSON.parse` gives. Throws `VwoSettingsError` where the text is no JSON. */
  *read(json: string): Generator<void, unknown> {
    const parts = yield* listElements(json);
    const frame = parsedJson(frameOf(json, parts));
    const now = new Map<string, JsonObject>();
    const values: JsonObject[] = [];
    for (const { start, end } of parts) {
      const text = json.slice(start, end);
      const value = now.get(text) ?? this.known.get(text) ?? (parsedJson(text) as JsonObject);
      now.set(text, value);
      values.push(value);
      yield;
    }
    this.known = now;
    if (isObject(frame)) for (const list of Object.values(frame)) if (Array.isArray(list)) fill(list, values);
    return frame;
  }
}

/** The text around the parts, with a placeholder for each row of neighbours. */
function frameOf(json: string, parts: readonly JsonPart[]): string {
  const pieces: string[] = [];
  let from = 0;
  let done = 0;
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (next && areNeighbours(json, part, next)) continue;
    const first = parts[from] ?? part;
    pieces.push(json.slice(done, first.start), `{"":[${from},${i + 1}]}`);
    from = i + 1;
    done = part.end;
  }
  return `${pieces.join('')}${json.slice(done)}`;
}

/** Puts the values in the place of their placeholders, which are the only objects that the list has. */
function fill(list: unknown[], values: readonly JsonObject[]): void {
  const filled = list.flatMap((element) =>
    isObject(element) ? values.slice(...(element[''] as Placeholder)) : [element],
  );
  list.length = 0;
  for (const value of filled) list.push(value);
}
