import { EngineComparison } from '../differential/engine.comparison.js';
import { PayloadComparison } from '../differential/payload.comparison.js';
import { VisitComparison } from '../differential/visit.comparison.js';
import { FullStackComparison } from '../full-stack/full-stack.comparison.js';
import { backtracksWithinBound, matchesAsNative } from '../fme/engine/regex.properties.js';
import { ClientComparison, type RequestsCase } from '../official-sdk/client.comparison.js';
import { PropertyCases } from './checked-property.js';
import { type FuzzCases, type FuzzTarget, plainTarget, runOf } from './fuzz.target.js';
import { startHostile, startHostileRecords } from './hostile.fuzz.js';
import { startRecords } from './records.fuzz.js';
import { startSettings } from './settings.fuzz.js';

export const TARGETS: readonly FuzzTarget[] = [
  plainTarget('engine', 'one flag: our engine and VWO’s SDK', () => new EngineComparison()),
  plainTarget('visits', 'flags one after the other: our engine and VWO’s SDK', () => new VisitComparison()),
  {
    name: 'clients',
    what: 'requests: the native client and the one on VWO’s SDK',
    start: async () => {
      const comparison = await ClientComparison.start();
      // Each account twice: its flags read as declared, and in any order.
      const cases: FuzzCases<RequestsCase> = {
        draw: (seed, n) => ClientComparison.draw(seed, Math.floor(n / 2), n % 2 === 0 ? 'as declared' : 'any'),
        check: (drawn) => comparison.check(drawn),
        smaller: (drawn) => comparison.smaller(drawn),
      };
      return runOf(cases, () => comparison.close());
    },
  },
  {
    name: 'full-stack',
    what: 'visits: the client of Full Stack and vwo-node-sdk',
    start: async () => {
      const comparison = await FullStackComparison.start();
      return runOf(comparison, () => comparison.close());
    },
  },
  { name: 'records', what: 'stored records of any shape, from any storage', start: startRecords },
  plainTarget(
    'payloads',
    'what VWO is sent: our payloads and those of VWO’s SDK',
    () => new PropertyCases({ sent: new PayloadComparison() }),
  ),
  plainTarget(
    'regex',
    'regular expressions: our matcher and JavaScript’s, and how long the latter may take',
    () => new PropertyCases({ matchesAsNative, backtracksWithinBound }),
  ),
  { name: 'hostile', what: 'anything at all, told to a client of each product', start: startHostile },
  {
    name: 'hostile-records',
    what: 'records that somebody else has written into the store',
    start: startHostileRecords,
  },
  { name: 'settings', what: 'settings of any shape, and half answers', start: startSettings },
];

/** Throws for a name that no target has. */
export function targetNamed(name: string): FuzzTarget {
  const target = TARGETS.find((each) => each.name === name);
  if (target) return target;
  throw new Error(`there is no target "${name}": ${TARGETS.map((each) => each.name).join(', ')}`);
}
