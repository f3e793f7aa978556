import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventUser, QueuedEvent } from '../../../lib/events/index.js';
import type { FmeEvent } from '../../../lib/fme/events/fme-event.js';
import { payloadOf } from '../../../lib/fme/events/payload.js';
import { PayloadText } from '../../../lib/fme/events/payload-text.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\ud800', '"'),
);
const values = fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 });
const id = fc.oneof(fc.integer(), fc.constantFrom(0, -0, 1e21, NaN), fc.constant('12' as unknown as number));

const users: fc.Arbitrary<EventUser> = fc.record(
  {
    id: text,
    uuid: fc.constantFrom('A'.repeat(32), `D${'0'.repeat(32)}`),
    sessionId: fc.oneof(fc.integer(), fc.constantFrom(0, NaN)),
    userAgent: text,
    ipAddress: text,
    customVariables: values,
    postSegmentationVariables: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: ['id', 'uuid', 'sessionId'] },
);

const events: fc.Arbitrary<FmeEvent> = fc.oneof(
  { weight: 4, arbitrary: impression() },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('custom' as const), eventName: text, properties: values }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('vwo_syncVisitorProp' as const), attributes: values }) },
  { weight: 1, arbitrary: fc.constant({ name: 'vwo_feTrackUsage' as const }) },
);

function impression(): fc.Arbitrary<FmeEvent> {
  const name = fc.constant('vwo_variationShown' as const);
  const featureId = fc.option(id, { nil: undefined });
  return fc.record({ name, campaignId: id, variationId: id, featureId });
}

describe('PayloadText', () => {
  it('is the JSON of the payload, to the byte, whoever came before', () => {
    const several = fc.array(fc.tuple(users, fc.array(events, { maxLength: 3 })), { maxLength: 4 });
    fc.assert(
      fc.property(several, text, (visits, sdkKey) => {
        const account = { accountId: '123456', sdkKey };
        const written = new PayloadText(account);
        for (const [user, left] of visits) {
          for (const [i, event] of left.entries()) {
            const queued: QueuedEvent<FmeEvent> = { user, time: 1_800_000_000_000 + i, event };
            expect(written.of(queued)).toBe(JSON.stringify(payloadOf(queued, account)));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('throws for what is not JSON, and writes the next event of the same user and of others', () => {
    const account = { accountId: '123456', sdkKey: 'key' };
    const written = new PayloadText(account);
    const of = (user: EventUser): QueuedEvent<FmeEvent> => ({
      user,
      time: 1,
      event: { name: 'vwo_variationShown', campaignId: 1, variationId: 2, featureId: undefined },
    });
    const ann = { id: 'ann', uuid: 'A', sessionId: 1 };
    const odd = { ...ann, uuid: 'O', customVariables: { big: 1n }, postSegmentationVariables: ['big'] };
    expect(() => written.of(of(odd))).toThrow('BigInt');
    expect(() => written.of(of(odd))).toThrow('BigInt');
    expect(written.of(of(ann))).toBe(JSON.stringify(payloadOf(of(ann), account)));
  });

  it('throws for no event that does not carry what is not JSON, before and after one that does', () => {
    const account = { accountId: '123456', sdkKey: 'key' };
    const user = { id: 'o', uuid: 'O', sessionId: 1, customVariables: { n: 1n }, postSegmentationVariables: ['n'] };
    const shown = { name: 'vwo_variationShown', campaignId: 1, variationId: 2 } as const;
    const ofHoldout: QueuedEvent<FmeEvent> = { user, time: 1, event: { ...shown, featureId: 3 } };
    const written = new PayloadText(account);
    expect(written.of(ofHoldout)).toBe(JSON.stringify(payloadOf(ofHoldout, account)));
    expect(() => written.of({ ...ofHoldout, event: shown })).toThrow('BigInt');
    expect(written.of(ofHoldout)).toBe(JSON.stringify(payloadOf(ofHoldout, account)));
  });

  it('is JSON also where the clock gives no number', () => {
    const account = { accountId: '123456', sdkKey: 'key' };
    const event = { name: 'vwo_variationShown', campaignId: 1, variationId: 2 } as const;
    const queued: QueuedEvent<FmeEvent> = { user: { id: 'a', uuid: 'A', sessionId: 1 }, time: NaN, event };
    expect(new PayloadText(account).of(queued)).toBe(JSON.stringify(payloadOf(queued, account)));
  });
});
