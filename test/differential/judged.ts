import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import { judge } from './judge.js';
import type { NewerSettings } from './newer.generator.js';
import type { FakeGateway, OfficialSdk } from './official-sdk.js';
import type { Outcome } from './outcome.js';
import { asIntended, countedOf, isSilent, storedFor, userFor } from './sdk.view.js';

interface Question {
  readonly settings: NewerSettings;
  readonly key: string;
  readonly user: DecisionUser;
  readonly stored: ReadonlyMap<string, StoredDecision>;
  readonly gateway: FakeGateway | undefined;
}

/** What VWO's SDK decides, without the faults of its version, and the records that it was shown for it. */
export async function judged(
  sdk: OfficialSdk,
  { settings, key, user, stored, gateway }: Question,
): Promise<{ readonly theirs: Outcome; readonly read: ReadonlyMap<string, StoredDecision> }> {
  const read = storedFor(judge.version, settings, user.id, stored);
  const decided = await sdk.decide(key, userFor(judge.version, user), read, gateway);
  const isTold = gateway !== undefined || isSilent(settings, user);
  return { read, theirs: asIntended(judge.version, settings, key, decided, countedOf(stored, read), isTold) };
}
