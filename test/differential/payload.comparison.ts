import { isDeepStrictEqual, inspect } from 'node:util';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { visitorUuid } from '../../lib/client/index.js';
import type { EventUser } from '../../lib/events/index.js';
import type { FmeEvent } from '../../lib/fme/events/fme-event.js';
import { PayloadText } from '../../lib/fme/events/payload-text.js';
import type { Property } from '../fuzz/checked-property.js';
import { ACCOUNT, SDK_KEY } from './events.cases.mjs';
import { judge } from './judge.js';
import { answer } from './official-sdk.js';
import { withoutTimers } from './without-timers.js';

interface Entry {
  readonly d: {
    readonly sessionId: number;
    readonly event: { readonly name: string; readonly props: { readonly id: number; readonly variation: number } };
  };
}

interface SdkClient {
  getFlag(key: string, context: object): Promise<object>;
  trackEvent(name: string, context: object, properties?: object): Promise<unknown>;
  setAttribute(attributes: object, context: object): Promise<unknown>;
}

interface Posted {
  getOptions(): { readonly body?: Entry | { readonly ev: readonly Entry[] } };
}

const require = createRequire(import.meta.url);
const published = require('vwo-fme-sdk-e2e-test-settings-n-cases') as Readonly<Record<string, object>>;
const settings = { ...published['BASIC_ROLLOUT_TESTING_RULE_SETTINGS'], accountId: ACCOUNT, sdkKey: SDK_KEY };
const account = { accountId: ACCOUNT, sdkKey: SDK_KEY };

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.constantFrom('null', 'undefined', '%', '"', ''));
/** VWO's SDK loses what is called `__proto__`: see `proto-name`. */
const name = fc
  .oneof(text, fc.constantFrom('id', 'variation', 'isCustomEvent', 'constructor', 'toString'))
  .filter((each) => each !== '__proto__');
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const cases = fc.record({
  user: fc.record(
    {
      id: text.filter((id) => id.trim() !== ''),
      userAgent: text,
      ipAddress: fc.oneof(fc.ipV4(), fc.ipV6()),
      customVariables: fc.dictionary(name, fc.jsonValue()),
      postSegmentationVariables: fc.array(name, { maxLength: 4 }),
    },
    { requiredKeys: ['id'] },
  ),
  properties: some(fc.dictionary(name, fc.jsonValue())),
  attributes: fc.dictionary(name, fc.oneof(text, fc.double({ noNaN: true }), fc.boolean()), { minKeys: 1 }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** What VWO is sent for one user: an impression, a custom event, attributes; our payloads and those of VWO's SDK. */
export class PayloadComparison implements Property<Case> {
  readonly drawn = cases;
  private readonly sent: Entry[] = [];
  private client: SdkClient | undefined;

  /** Rejects where the two differ. */
  async check({ user, properties, attributes }: Case): Promise<void> {
    const client = (this.client ??= await sdkClient(this.sent));
    this.sent.length = 0;
    await client.getFlag('feature1', { ...user });
    await client.trackEvent('custom1', { ...user }, properties);
    await client.setAttribute({ ...attributes }, { ...user });
    const theirs = [...this.sent];
    const ours = theirs.map((entry) => ourEntry(entry, user, properties, attributes));
    if (theirs.length >= 3 && isDeepStrictEqual(ours.map(timeless), theirs.map(timeless))) return;
    throw new Error(`differs\n${inspect({ ours, theirs }, { depth: null, breakLength: 140 })}`);
  }
}

async function sdkClient(sent: Entry[]): Promise<SdkClient> {
  const post = (request: Posted): Promise<object> => {
    const { body } = request.getOptions();
    const posted = body === undefined ? [] : 'ev' in body ? body.ev : [body];
    sent.push(...(JSON.parse(JSON.stringify(posted)) as Entry[]).filter(({ d }) => d.event.name !== 'vwo_fmeSdkInit'));
    return answer({});
  };
  const options = {
    ...account,
    settings: structuredClone(settings),
    network: { client: { GET: () => answer(settings), POST: post } },
    logger: { level: 'ERROR', transport: { level: 'ERROR', log: () => undefined } },
    isUsageStatsDisabled: true,
    shouldWaitForTrackingCalls: true,
    isBatchingDisabled: true,
  };
  const client = await withoutTimers(() => judge.init(options as never));
  sent.length = 0;
  return client as unknown as SdkClient;
}

/** Our payload for the same; which variation was shown is taken from theirs. */
function ourEntry({ d }: Entry, context: { readonly id: string }, properties?: object, attributes?: object): object {
  const user: EventUser = { ...context, uuid: visitorUuid(ACCOUNT, context.id), sessionId: d.sessionId };
  const event = eventOf(d, properties, attributes);
  return JSON.parse(new PayloadText(account).of({ user, time: d.sessionId * 1_000, event })) as object;
}

function eventOf({ event }: Entry['d'], properties?: object, attributes: object = {}): FmeEvent {
  const { id: campaignId, variation: variationId } = event.props;
  if (event.name === 'vwo_variationShown') return { name: event.name, campaignId, variationId };
  if (event.name === 'vwo_syncVisitorProp') return { name: event.name, attributes: { ...attributes } };
  return { name: 'custom', eventName: event.name, properties: properties && { ...properties } };
}

/** Without what differs from one moment to the next, and without name and version of the SDK. */
function timeless(entry: object): unknown {
  const unlike = ['time', 'vwo_sdkName', 'vwo_sdkVersion'];
  const json = JSON.stringify(entry, (key, value: unknown) => (unlike.includes(key) ? '' : value));
  return JSON.parse(json.replace(/-\d{13}"/, '"')) as unknown;
}
