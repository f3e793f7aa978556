import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { bucket, HashPrefix } from '../../../lib/fme/engine/bucketing/murmur3.js';
import { SeededRandom } from '../../differential/seeded-random.js';

const { v3 } = createRequire(import.meta.url)('murmurhash') as { v3(text: string, seed: number): number };

const LETTERS = [
  'a',
  'Z',
  '0',
  '_',
  '-',
  '@',
  '.',
  'é',
  'ß',
  '€',
  '漢',
  '😀',
  '\ud83d',
  '\udc00',
  '\u0000',
  '\u007f',
  '\u0080',
  '\uffff',
];

describe('users fall into the same buckets as with every other SDK of VWO', () => {
  it('hashes 200,000 texts, non-ASCII and broken ones too, as the murmurhash package does', () => {
    const random = new SeededRandom(20261123);
    const texts = random.times(1_000, () => random.times(random.int(0, 12), () => random.pick(LETTERS)).join(''));
    const prefixes = random.times(200, (i) => `${random.times(i % 9, () => random.pick(LETTERS)).join('')}_`);
    let wrong = 0;
    for (const prefix of prefixes) {
      const seeded = new HashPrefix(prefix);
      for (const text of texts) if (seeded.hash(text) !== v3(prefix + text, 1)) wrong += 1;
    }
    expect({ texts: prefixes.length * texts.length, wrong }).toEqual({ texts: 200_000, wrong: 0 });
  });

  it.each(['a', 'user-1', 'Zoë 🎈', 'über', '漢字漢字', '', 'x'.repeat(9), '\u007f', '\u0080', 'ab\u0080'])(
    'hashes %j behind prefixes of any length',
    (text) => {
      const prefixes = Array.from({ length: 10 }, (_, i) =>
        ['1234567890', 'ß€漢😀é'].map((letters) => letters.slice(0, i)),
      ).flat();
      const hashes = prefixes.map((prefix) => new HashPrefix(prefix).hash(text));
      expect(hashes).toEqual(prefixes.map((prefix) => v3(prefix + text, 1)));
    },
  );

  it('gives 1 to the lowest hash and the maximum to the highest', () => {
    expect([bucket(0, 100), bucket(0xffffffff, 100), bucket(0xffffffff, 10_000)]).toEqual([1, 100, 10_000]);
    expect([bucket(0x7fffffff, 100), bucket(0x80000000, 100)]).toEqual([50, 51]);
  });
});
