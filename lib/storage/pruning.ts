import {
  isObject,
  type StoredChange,
  type StoredDecision,
  type StoredDecisions,
  type StoredRemoval,
} from '../model/index.js';

/** How long a user's record outlives its feature, in ms: 90 days, as long as records live in a storage by default. */
export const KEEP_GONE_MS = 90 * 24 * 60 * 60 * 1000;

/** Where a user's records say since when the features of others of them are gone: `{ userId, since: { key: ms } }`. */
const GONE_KEY = '_vwo_meta_gone';

/** What to save and to remove beside what a visit has decided. */
export interface Pruning {
  readonly changes: readonly StoredChange[];
  readonly removals: readonly StoredRemoval[];
}

export interface PruningInput {
  readonly userId: string;
  /** As they were loaded. Those that were not looked for cannot be pruned. */
  readonly records: StoredDecisions;
  /** Keys that the settings can ask for. */
  readonly known: ReadonlySet<string>;
  /** In ms since the epoch. */
  readonly now: number;
  /** Whether something is saved anyhow: only then is a record marked or removed. */
  readonly isSaving: boolean;
}

/** Whether `pruningOf` may find something to do. As nearly never: each visit asks this when it ends. */
export function needsPruning({ records, known, isSaving }: Omit<PruningInput, 'userId' | 'now'>): boolean {
  return records.get(GONE_KEY) !== undefined || (isSaving && hasUnknown(records, known));
}

function hasUnknown(records: StoredDecisions, known: ReadonlySet<string>): boolean {
  for (const key of records.keys()) if (!known.has(key)) return true;
  return false;
}

/**
 * Which of a user's records are of features that are gone, so that what is stored of a user does not grow for ever.
 * Undefined when there is nothing to do, as nearly always. Records carry no time, so a save that finds a record under a key
 * that its settings do not know notes the time, and a save that finds this note `KEEP_GONE_MS` later removes the record.
 * Any visit whose settings know the key removes it from the note, also when it saves nothing else; an empty note is removed. So a record is removed only
 * when for `KEEP_GONE_MS` no visit of this user came to a client that knows its feature: services with other settings that
 * share an account and environment, and old and new versions side by side, do not remove each other's records.
 */
export function pruningOf({ userId, records, known, now, isSaving }: PruningInput): Pruning | undefined {
  const before = records.get(GONE_KEY);
  const noted = notesIn(before, userId);
  const since = new Map<string, number>();
  const removals: StoredRemoval[] = [];
  for (const key of isSaving ? records.keys() : noted.keys()) {
    if (key === GONE_KEY || known.has(key)) continue;
    const gone = Math.min(noted.get(key) ?? now, now);
    const record = records.get(key);
    if (isSaving && record && now - gone >= KEEP_GONE_MS) removals.push({ key, record });
    else since.set(key, gone);
  }
  if (since.size > 0) return isSame(since, noted) ? undefined : { changes: [noteOf(userId, since, before)], removals };
  return before && { changes: [], removals: [...removals, { key: GONE_KEY, record: before }] };
}

function noteOf(
  userId: string,
  since: ReadonlyMap<string, number>,
  replaces: StoredDecision | undefined,
): StoredChange {
  return { key: GONE_KEY, record: { userId, since: Object.fromEntries(since) }, replaces };
}

function notesIn(record: StoredDecision | undefined, userId: string): ReadonlyMap<string, number> {
  const since = record?.userId === userId ? record['since'] : undefined;
  const notes = isObject(since) ? Object.entries(since) : [];
  return new Map(notes.filter((note): note is [string, number] => typeof note[1] === 'number'));
}

function isSame(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}
