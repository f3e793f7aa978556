import { EngineComparison } from '../differential/engine.comparison.js';
import { VisitComparison } from '../differential/visit.comparison.js';
import { ClientComparison } from '../official-sdk/client.comparison.js';
import { type FuzzTarget, plainTarget } from './fuzz.target.js';

export const TARGETS: readonly FuzzTarget[] = [
  plainTarget('engine', 'one flag: our engine and VWO’s SDK', () => new EngineComparison()),
  plainTarget('visits', 'flags one after the other: our engine and VWO’s SDK', () => new VisitComparison()),
  {
    name: 'clients',
    what: 'requests: the native client and the one on VWO’s SDK',
    start: async () => {
      const comparison = await ClientComparison.start();
      return {
        check: async (seed, n) => {
          for (const order of ['as declared', 'any'] as const) await comparison.check(seed, n, order);
        },
        close: () => comparison.close(),
      };
    },
  },
];

/** Throws for a name that no target has. */
export function targetNamed(name: string): FuzzTarget {
  const target = TARGETS.find((each) => each.name === name);
  if (target) return target;
  throw new Error(`there is no target "${name}": ${TARGETS.map((each) => each.name).join(', ')}`);
}
