import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { VwoClient } from '../../lib/index.js';
import type { Property } from '../fuzz/checked-property.js';
import { made, pointedTexts, type Recipe, recipes } from './any-value.js';

/** Any value, where the types of a client ask for something else. */
type Call = (client: VwoClient, value: never, name: string) => unknown;

const FIELDS = ['customVariables', 'variationTargetingVariables', 'userAgent', 'ipAddress', 'sessionId', 'bucketingSeed', 'isDevMode', 'platformVariables', '_vwo', 'metaData', 'postSegmentationVariables', 'userStorageData'] as const; // prettier-ignore

/** A visit from its opening to its end, with all that can be asked of it. */
async function visited(client: VwoClient, user: object | undefined, value: never, name: string): Promise<void> {
  const visit = await client.visit(user as never, ['ab']);
  const flag = visit.flag('ab');
  JSON.stringify([flag.isEnabled(), flag.variation, flag.getVariables(), flag.getVariable(name, 1), visit.uuid]);
  ok(!visit.flag(`no such flag ${name}`).isEnabled());
  visit.track('order', { [name]: value, price: 1 });
  visit.track(value, { [name]: value });
  visit.setAttribute({ [name]: value });
  visit.isOf?.(value);
  await visit.end();
}

const CALLS: Readonly<Record<string, Call>> = {
  'visit of an id': (client, id, name) => visited(client, { id }, id, name),
  'visit of a user': (client, user, name) => visited(client, user, user, name),
  ...Object.fromEntries(
    FIELDS.map((field): [string, Call] => [
      `visit with ${field}`,
      (client, value, name) => visited(client, { id: 'ann', [field]: value }, value, name),
    ]),
  ),
  'visit with a variable': (client, value, name) =>
    visited(client, { id: 'ann', customVariables: { [name]: value, plan: value } }, value, name),
  'track for an id': (client, id) => client.track({ id }, 'order', { price: 1 }),
  'track under a name': (client, name) => client.track({ id: 'ann' }, name),
  'track with properties': (client, properties) => client.track({ id: 'ann' }, 'order', properties),
  'track with a property': (client, value, name) => client.track({ id: 'ann' }, 'order', { [name]: value }),
  'attributes': (client, attributes) => client.setAttribute({ id: 'ann' }, attributes),
  'an attribute': (client, value, name) => client.setAttribute({ id: 'ann' }, { [name]: value }),
  'attributes of an id': (client, id) => client.setAttribute({ id }, { plan: 'gold' }),
  'an alias': (client, alias) => client.setAlias({ id: 'ann' }, alias),
  'an alias of an id': (client, id) => client.setAlias({ id }, 'bob'),
  'stored decisions': (client, id) => client.storedDecisions(id),
  'forget': (client, id) => client.forget(id),
}; // prettier-ignore

export interface HostileCall {
  readonly call: string;
  readonly value: Recipe;
  readonly name: string;
}

/** What a client is told of, whatever it is, throws nowhere, and changes nothing for another user whose visit is open meanwhile. */
export function harmless(client: () => VwoClient): Property<HostileCall> {
  return {
    drawn: fc.record({ call: fc.constantFrom(...Object.keys(CALLS)), value: recipes, name: pointedTexts }),
    check: async ({ call, value, name }) => {
      const another = { id: 'another', customVariables: { plan: 'blue' }, userAgent: 'ours' };
      const visit = await client().visit(another, ['ab']);
      await CALLS[call]?.(client(), made(value) as never, name);
      const { id, customVariables, userAgent } = visit.user ?? {};
      deepStrictEqual({ id, customVariables: { ...customVariables }, userAgent }, another);
      ok(visit.flag('ab').isEnabled(), 'the flag of another user is off');
      deepStrictEqual(Object.keys(Object.prototype), [], 'the prototype of all objects was changed');
      ok(!('polluted' in {}));
      await visit.end();
    },
  };
}
