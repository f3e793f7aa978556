import type { ExecutionContext } from '@nestjs/common';
import { flagsOn } from '../handler/index.js';
import type { RequestVisits } from './request-visits.js';
import type { VisitOpener } from './visit-opener.js';

/** Opens the visits for a handler; undefined when all are open. */
export function openVisits(
  openers: readonly VisitOpener[],
  context: ExecutionContext,
  visits: RequestVisits,
): Promise<unknown> | undefined {
  const first = openers[0];
  if (openers.length < 2) return first && ready(first, context, visits);
  return allOf(openers.map((opener) => ready(opener, context, visits)));
}

/** What has to be waited for; undefined: nothing. */
export function allOf(waiting: readonly (Promise<unknown> | undefined)[]): Promise<unknown> | undefined {
  const open = waiting.filter((one) => one !== undefined);
  return open.length === 0 ? undefined : Promise.all(open);
}

function ready(opener: VisitOpener, context: ExecutionContext, visits: RequestVisits): Promise<unknown> | undefined {
  const keys = flagsOn(context).keysOf(opener.name);
  return opener.open(context, visits, keys).ready(keys);
}
