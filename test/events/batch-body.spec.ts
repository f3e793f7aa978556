import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BatchBody } from '../../lib/events/batch-body.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('BatchBody', () => {
  it('is the batch as JSON, batch after batch, however long their events are', () => {
    const long = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat(40_000)).map(([unit, n]) => unit + '€'.repeat(n));
    const batches = fc.array(fc.array(fc.oneof(fc.string({ unit: 'binary' }), long), { maxLength: 20 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(batches, (all) => {
        const body = new BatchBody();
        for (const events of all) {
          body.begin();
          events.forEach((event) => body.add(JSON.stringify(event)));
          expect(text(body.end())).toBe(`{"ev":[${events.map((event) => JSON.stringify(event)).join(',')}]}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves alone what a request that was given up may still read', () => {
    const body = new BatchBody();
    body.begin();
    body.add('"first"');
    const first = body.end();
    body.leave();
    body.begin();
    body.add('"other"');
    expect(text(body.end())).toBe('{"ev":["other"]}');
    expect(text(first)).toBe('{"ev":["first"]}');
  });
});
