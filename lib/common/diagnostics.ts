import type { Clock } from './clock.js';
import { NO_COUNTS, NO_DROPS, type VwoCounters, type VwoDropReason } from './counters.js';

/** Where the library logs to. Nest's `Logger` and `console` fit. */
export interface VwoLogger {
  error(message: string): void;
  warn(message: string): void;
  log(message: string): void;
  debug?(message: string): void;
}

/** One warning of a kind per this long, in ms; the next one says how many were held back. */
const WARN_EVERY = 60_000;

/** Kinds of warning remembered at once; what names keys of a user's must not grow without end. */
const WARN_KINDS = 1_000;

/** In characters; VWO's SDK keys have 32. */
const SHORTEST_SECRET = 12;

interface Trouble {
  /** When it began, in ms since the epoch. */
  since: number;
  /** On the monotonic clock, in ms. */
  lastWarned: number;
  /** Warnings held back since then. */
  suppressed: number;
  /** Its end was logged, and it has not been warned of since. */
  over: boolean;
  /** Whether it goes on now, whatever was logged of it. */
  lasting: boolean;
}

/** Called when a trouble begins (`lasting`) and when it ends. Must not throw. */
export type TroubleListener = (kind: string, lasting: boolean) => void;

/** Counts everything that happens, and logs what goes wrong: each kind of trouble once a minute at most. */
export class Diagnostics {
  /** What each visit counts is added here: `count` looks the name up, which takes as long as several steps of a visit. */
  readonly counters: VwoCounters = { ...NO_COUNTS };
  private readonly drops: Record<VwoDropReason, number> = { ...NO_DROPS };
  private readonly troubles = new Map<string, Trouble>();
  private readonly warnedOf = new Set<string>();
  private readonly listeners = new Set<TroubleListener>();

  constructor(
    private readonly logger: VwoLogger,
    private readonly clock: Clock,
    /** In no message: `…` stands for it. One so short that it may be in any word stays. */
    private readonly secret = '',
  ) {}

  count(name: keyof VwoCounters, by = 1): void {
    this.counters[name] += by;
  }

  /** Counts events that are given up. */
  drop(reason: VwoDropReason, by: number): void {
    this.counters.eventsDropped += by;
    this.drops[reason] += by;
  }

  /** Events given up so far, by reason: a copy. Their sum is `eventsDropped`. */
  dropped(): Record<VwoDropReason, number> {
    return { ...this.drops };
  }

  /** A copy, safe to keep. */
  snapshot(): Readonly<VwoCounters> {
    return { ...this.counters };
  }

  info(message: string): void {
    this.say('log', message);
  }

  error(message: string): void {
    this.say('error', message);
  }

  /** Warns about something that lasts (`kind`: 'storage'): at once, then at most once a minute, saying since when. */
  warn(kind: string, message: string): void {
    const now = this.clock.monotonic();
    const trouble = this.troubleOf(kind);
    const began = !trouble.lasting;
    trouble.lasting = true;
    if (now - trouble.lastWarned < WARN_EVERY) {
      trouble.suppressed += 1; // also when it had been over for a moment: what comes and goes is not logged each time
    } else {
      const { suppressed, since } = trouble;
      const held = suppressed > 0 ? ` (${suppressed} more since ${new Date(since).toISOString()})` : '';
      this.say('warn', message + held);
      if (trouble.over) trouble.since = this.clock.now();
      Object.assign(trouble, { lastWarned: now, suppressed: 0, over: false });
    }
    if (began) this.tell(kind, true);
  }

  /** Ends a trouble that `warn` began, and says so; nothing when there was none. */
  recovered(kind: string, message: string): void {
    const trouble = this.troubles.get(kind);
    if (!trouble?.lasting) return;
    trouble.lasting = false;
    if (!trouble.over) this.say('log', message);
    trouble.over = true;
    this.tell(kind, false);
  }

  /** Calls the listener at every begin and end of a trouble from now on, without the log's limit per minute. The answer unsubscribes. */
  onTrouble(listener: TroubleListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Warns once in the life of this client, e.g. about one unknown feature key. */
  warnOnce(kind: string, message: string): void {
    if (this.warnedOf.has(kind)) return;
    if (this.warnedOf.size >= WARN_KINDS) return;
    this.warnedOf.add(kind);
    this.say('warn', message);
  }

  /** Where too many are known, the one that was warned of least recently is forgotten. */
  private troubleOf(kind: string): Trouble {
    const known = this.troubles.get(kind);
    const trouble = known ?? {
      since: this.clock.now(),
      lastWarned: -Infinity,
      suppressed: 0,
      over: false,
      lasting: false,
    };
    this.troubles.delete(kind);
    const oldest = this.troubles.size >= WARN_KINDS ? this.troubles.keys().next().value : undefined;
    if (oldest !== undefined) this.troubles.delete(oldest);
    this.troubles.set(kind, trouble);
    return trouble;
  }

  /** A logger that throws fails no request. */
  private say(level: 'error' | 'warn' | 'log', message: string): void {
    try {
      this.logger[level](this.secret.length < SHORTEST_SECRET ? message : message.replaceAll(this.secret, '…'));
    } catch {
      this.count('hookFailures'); // where the log itself fails, counting is all that is left
    }
  }

  private tell(kind: string, lasting: boolean): void {
    for (const listener of this.listeners) listener(kind, lasting);
  }
}
