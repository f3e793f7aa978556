import type { Clock } from './clock.js';

/** Where the library speaks. Nest's `Logger` and `console` fit. */
export interface VwoLogger {
  error(message: string): void;
  warn(message: string): void;
  log(message: string): void;
  debug?(message: string): void;
}

/** What is counted; every number only grows. */
export interface VwoCounters {
  /** Flags decided by rules, not from storage. */
  decisions: number;
  visits: number;
  storageReads: number;
  /** Reads that threw, rejected or took longer than `storageTimeout`. */
  storageReadFailures: number;
  storageWrites: number;
  storageWriteFailures: number;
  /** Stored records that were not this user's or this feature's, or could not be read. */
  storageRecordsRefused: number;
  settingsFetches: number;
  settingsFailures: number;
  eventsQueued: number;
  eventsSent: number;
  /** Events given up: the queue was full, VWO refused them, or the shutdown deadline passed. */
  eventsDropped: number;
  eventBatchFailures: number;
  gatewayCalls: number;
  gatewayFailures: number;
  /** `user` resolvers that threw. */
  userFailures: number;
  /** Hooks of the application's that threw: listeners, `integrations.callback`. */
  hookFailures: number;
}

const NONE: VwoCounters = {
  decisions: 0,
  visits: 0,
  storageReads: 0,
  storageReadFailures: 0,
  storageWrites: 0,
  storageWriteFailures: 0,
  storageRecordsRefused: 0,
  settingsFetches: 0,
  settingsFailures: 0,
  eventsQueued: 0,
  eventsSent: 0,
  eventsDropped: 0,
  eventBatchFailures: 0,
  gatewayCalls: 0,
  gatewayFailures: 0,
  userFailures: 0,
  hookFailures: 0,
};

/** One warning of a kind per this long, in ms; the next one says how many were held back. */
const WARN_EVERY = 60_000;

/** Kinds of warning remembered at once; what names keys of a user's must not grow without end. */
const WARN_KINDS = 1_000;

interface Trouble {
  since: number;
  lastWarned: number;
  suppressed: number;
  over: boolean;
}

/** Fail open, once aloud: everything that goes wrong is counted, and said once a minute at most. */
export class Diagnostics {
  readonly counters: VwoCounters = { ...NONE };
  private readonly troubles = new Map<string, Trouble>();
  private readonly said = new Set<string>();

  constructor(
    private readonly logger: VwoLogger,
    private readonly clock: Clock,
  ) {}

  count(name: keyof VwoCounters, by = 1): void {
    this.counters[name] += by;
  }

  /** A copy, safe to keep. */
  snapshot(): Readonly<VwoCounters> {
    return { ...this.counters };
  }

  info(message: string): void {
    this.logger.log(message);
  }

  error(message: string): void {
    this.logger.error(message);
  }

  /** Warns about something that lasts (`kind`: 'storage-read'): at once, then at most once a minute, saying since when. */
  warn(kind: string, message: string): void {
    const now = this.clock.now();
    const trouble = this.troubles.get(kind) ?? { since: now, lastWarned: -Infinity, suppressed: 0, over: false };
    if (now - trouble.lastWarned < WARN_EVERY) {
      trouble.suppressed += 1; // also when it had been over for a moment: what comes and goes is not said at each turn
      return;
    }
    const held =
      trouble.suppressed > 0 ? ` (${trouble.suppressed} more since ${new Date(trouble.since).toISOString()})` : '';
    this.logger.warn(message + held);
    if (this.troubles.size >= WARN_KINDS) this.troubles.clear();
    this.troubles.set(kind, { since: trouble.over ? now : trouble.since, lastWarned: now, suppressed: 0, over: false });
  }

  /** Ends a trouble that `warn` began, and says so; nothing when there was none. */
  recovered(kind: string, message: string): void {
    const trouble = this.troubles.get(kind);
    if (!trouble || trouble.over) return;
    trouble.over = true;
    this.logger.log(message);
  }

  /** Warns once in the life of this client, e.g. about one unknown feature key. */
  warnOnce(kind: string, message: string): void {
    if (this.said.has(kind)) return;
    if (this.said.size >= WARN_KINDS) return;
    this.said.add(kind);
    this.logger.warn(message);
  }
}
