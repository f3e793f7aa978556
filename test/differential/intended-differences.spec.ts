import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isFrom } from './judge.js';
import { INTENDED_DIFFERENCES } from './intended-differences.js';

/** What comparisons with VWO's SDK leave out or change names the difference that allows it. */
const ALLOWING = ['sdk.view.ts', 'payload.comparison.ts', '../official-sdk/client.comparison.ts'];
const COMPARED = ['1.35', '1.36', '1.40', '1.43', '1.50', '1.60'];

const sourceOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

describe("differences from VWO's SDK that are there on purpose", () => {
  it.each(INTENDED_DIFFERENCES)('$id: what we do instead is promised by a test', ({ promise: [spec, name] }) => {
    expect(sourceOf(`../../${spec}`)).toContain(name);
  });

  it.each(INTENDED_DIFFERENCES)('$id: concerns a version that was compared', ({ from = '0', until }) => {
    const concerned = COMPARED.filter((version) => isFrom(version, from) && !(until && isFrom(version, until)));
    expect(concerned).not.toEqual([]);
  });

  it('have names of their own', () => {
    expect(new Set(INTENDED_DIFFERENCES.map(({ id }) => id)).size).toBe(INTENDED_DIFFERENCES.length);
  });

  it('are all that the comparisons leave out', () => {
    const named = ALLOWING.flatMap((path) => [...sourceOf(path).matchAll(/\bsee ((?:`[a-z-]+`(?:, | and )?)+)/g)]);
    const ids = named.flatMap(([, list = '']) => [...list.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id));
    expect(ids.length).toBeGreaterThan(3);
    expect(ids.filter((id) => !INTENDED_DIFFERENCES.some((difference) => difference.id === id))).toEqual([]);
  });
});

describe('versions', () => {
  it.each<[string, string, boolean]>([
    ['1.60.0', '1.36', true],
    ['1.36', '1.36', true],
    ['1.35.0', '1.36', false],
    ['1.9.0', '1.36', false],
    ['2.0.0', '1.36', true],
  ])('%s is from %s on: %s', (version, from, expected) => {
    expect(isFrom(version, from)).toBe(expected);
  });
});
