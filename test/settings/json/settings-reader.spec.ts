import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VwoSettingsError } from '../../../lib/common/index.js';
import { SettingsReader } from '../../../lib/settings/index.js';
import { ended } from '../../common/ended.js';

/** Always the same cases. */
const SEED = 1;

function read(reader: SettingsReader, json: string): unknown {
  return ended(reader.read(Buffer.from(json)));
}

/** What `JSON.parse` gives, or that it throws. */
function parsed(json: string): unknown {
  try {
    return { value: JSON.parse(json) as unknown };
  } catch {
    return 'no JSON';
  }
}

function readOrRefused(reader: SettingsReader, json: string): unknown {
  try {
    return { value: read(reader, json) };
  } catch (error) {
    expect(error).toBeInstanceOf(VwoSettingsError);
    return 'no JSON';
  }
}

const texts = fc.oneof(
  fc.string(),
  fc.constantFrom('"', '\\', '\\"', '[{', '}]', '","', '{"":[0,1]}', '\u2028', 'é', '__proto__'),
);
const values = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  object: fc.dictionary(texts, tie('value'), { maxKeys: 4 }).map((object) => ({ ...object })),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1.5e-7, [], {}),
    texts,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
}));
const account = fc.dictionary(
  fc.constantFrom('features', 'campaigns', 'groups', '', '__proto__'),
  fc.oneof(fc.array(fc.oneof(values.object, values.value), { maxLength: 5 }), values.value),
);
const indents = fc.constantFrom(undefined, 1, '\t', '\n\r ');
const written = fc
  .tuple(fc.oneof(account, values.value), indents)
  .map(([value, indent]) => JSON.stringify(value, null, indent));

/** One character gone, doubled, or another one. */
const damaged = fc
  .tuple(written, fc.nat(), fc.constantFrom('', '"', '{', '}', '[', ']', ',', '\\', '1', ':'))
  .map(([json, place, other]) => {
    const at = place % json.length;
    return json.slice(0, at) + other + json.slice(at + 1);
  });

describe('SettingsReader', () => {
  it('gives what JSON.parse gives, the first time and again', () => {
    fc.assert(
      fc.property(written, (json) => {
        const reader = new SettingsReader();
        for (let times = 0; times < 2; times++) expect(read(reader, json)).toEqual(JSON.parse(json));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it('refuses what JSON.parse refuses, and takes what it takes', () => {
    const reader = new SettingsReader();
    fc.assert(
      fc.property(damaged, (json) => expect(readOrRefused(reader, json)).toEqual(parsed(json))),
      { seed: SEED, numRuns: 3_000 },
    );
  });

  it('takes what reads like a placeholder of its own for what it is', () => {
    const json = '{"features":[{"":[0,1]},{"":[5,9]},7,{"key":"a"}],"features":[{"":[1,2]},[{"":[0,1]}]]}';
    expect(read(new SettingsReader(), json)).toEqual(JSON.parse(json));
  });

  it('gives the same objects for elements of lists that read as before, wherever they stand', () => {
    const reader = new SettingsReader();
    const before = read(reader, '{"features":[{"key":"a"},{"key":"b"}],"campaigns":[{"id":1}]}') as Read;
    const after = read(reader, '{"campaigns":[{"id":2},{"id":1}], "features":[{"key":"b"} ,{"key":"A"}]}') as Read;
    expect(after.features[0]).toBe(before.features[1]);
    expect(after.campaigns[1]).toBe(before.campaigns[0]);
    expect(after).toEqual({ features: [{ key: 'b' }, { key: 'A' }], campaigns: [{ id: 2 }, { id: 1 }] });
  });

  it('keeps nothing but the last settings', () => {
    const reader = new SettingsReader();
    const first = read(reader, '{"features":[{"key":"a"}]}') as Read;
    read(reader, '{"features":[]}');
    expect((read(reader, '{"features":[{"key":"a"}]}') as Read).features[0]).not.toBe(first.features[0]);
  });

  it('can be interrupted at least once in some ten thousand bytes, also in those that are no JSON', () => {
    const steps = (json: string): number => {
      let steps = 0;
      try {
        for (const reading = new SettingsReader().read(Buffer.from(json)); !reading.next().done; steps++);
      } catch {
        // no JSON
      }
      return steps;
    };
    const many = JSON.stringify({
      features: Array.from({ length: 1_000 }, (_, i) => ({ key: `f${i}`, text: 'x'.repeat(100) })),
    });
    expect(steps(many)).toBeGreaterThan(1_000);
    expect(steps(`{"a":${'['.repeat(100_000)}`)).toBeGreaterThan(5);
  });
});

interface Read {
  readonly features: readonly object[];
  readonly campaigns: readonly object[];
}
