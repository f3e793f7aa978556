import { type Clock, type Diagnostics, EqualWaits, errorText, isPromise } from '../../common/index.js';
import { NOTHING_STORED, type StoredRecords } from '../../model/index.js';
import type { LoadReach, VwoStorage } from '../../storage/index.js';
import { Breaker } from './breaker.js';
import {
  isRecords,
  notAMap,
  NOTHING_KNOWN,
  type RecordsBehind,
  RecordsWithKept,
  UnreadRecords,
} from './found-records.js';
import type { KeptRecords } from './kept-records.js';
import type { KeptUser } from './kept-user.js';
import type { StorageTrouble } from './storage-trouble.js';

type Found = StoredRecords | Promise<StoredRecords>;

/** What a visit asks for. */
type Question = readonly [userId: string, keys: readonly string[], reach: LoadReach];

export interface StorageReaderParts {
  readonly storage: VwoStorage;
  /** In ms. */
  readonly storageTimeout: number;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
  readonly kept: KeptRecords;
  readonly trouble: StorageTrouble;
  readonly behind: RecordsBehind;
  /** The first failure after a success, and the first success after a failure. */
  readonly onFailing: () => void;
  readonly onFine: () => void;
}

/**
 * Reads what was decided before a visit: in bounded time, and not at all while the storage is known to fail. A failure is counted
 * and logged; the visit goes on with what is kept.
 */
export class StorageReader {
  private readonly waits: EqualWaits;
  /** Nobody waits for a probe, the process neither. */
  private readonly probeWaits: EqualWaits;
  private readonly breaker: Breaker;
  /** What was asked for last while the storage failed: a probe asks for it. */
  private unanswered: Question | undefined;

  constructor(private readonly parts: StorageReaderParts) {
    const { clock, storageTimeout, onFailing, onFine } = parts;
    this.waits = new EqualWaits(clock, storageTimeout);
    this.probeWaits = new EqualWaits(clock, storageTimeout, false);
    this.breaker = new Breaker({ clock, probe: () => this.probe(), onFailing, onFine });
  }

  /** Nothing has failed since the last success. */
  get isFine(): boolean {
    return this.breaker.isFine;
  }

  /** The storage is left alone, as it is known to fail. */
  get isOpen(): boolean {
    return this.breaker.isOpen;
  }

  /**
   * `UnreadRecords` when the storage failed, was late, answered nonsense, or was not asked; never rejects. Nothing is asked without
   * keys. Every request comes by here: no promise where the storage needs none, else one, and one timer for all.
   */
  read(userId: string, keys: readonly string[], reach: LoadReach): Found {
    if (keys.length === 0) return NOTHING_STORED;
    if (this.breaker.isOpen) return this.skipped(userId, keys, reach);
    return this.ask(userId, keys, reach, this.waits);
  }

  /** The client has closed: reads under way go on, and no timer runs after them. */
  close(): void {
    this.waits.close();
    this.probeWaits.close();
    this.breaker.end();
  }

  private skipped(...question: Question): UnreadRecords {
    this.parts.diagnostics.counters.storageReadsSkipped += 1;
    this.unanswered = question;
    return this.known(question[0]);
  }

  private probe(): void {
    if (this.unanswered) void this.ask(...this.unanswered, this.probeWaits); // never rejects
  }

  private ask(userId: string, keys: readonly string[], reach: LoadReach, waits: EqualWaits): Found {
    const { kept, diagnostics, storage } = this.parts;
    const { mark } = this.breaker;
    const before = kept.isEmpty ? undefined : kept.of(userId); // may be stored meanwhile, and the answer not know it yet
    diagnostics.counters.storageReads += 1;
    try {
      const load: unknown = storage.load(userId, keys, reach);
      if (isPromise(load)) return this.awaited(load, [userId, keys, reach], mark, before, waits);
      return (
        this.checked(load, userId, before) ?? this.refused([userId, keys, reach], mark, before, notAMap(load, userId))
      );
    } catch (error) {
      return this.refused([userId, keys, reach], mark, before, errorText(error, userId));
    }
  }

  private awaited(
    load: PromiseLike<unknown>,
    question: Question,
    mark: number,
    before: KeptUser | undefined,
    waits: EqualWaits,
  ): Promise<StoredRecords> {
    return new Promise((resolve) => {
      const wait = waits.start(() => resolve(this.late(question, mark, before)));
      Promise.resolve(load).then(
        (found) => {
          if (!waits.end(wait)) return this.breaker.stirred();
          resolve(
            this.checked(found, question[0], before) ??
              this.refused(question, mark, before, notAMap(found, question[0])),
          );
        },
        (error: unknown) => {
          if (!waits.end(wait)) return this.breaker.stirred();
          resolve(this.refused(question, mark, before, errorText(error, question[0])));
        },
      );
    });
  }

  /** Undefined where that is no answer. */
  private checked(found: unknown, userId: string, before: KeptUser | undefined): StoredRecords | undefined {
    if (!isRecords(found)) return undefined;
    const { kept, trouble, behind } = this.parts;
    this.breaker.succeeded();
    trouble.hasRead();
    if (kept.isEmpty && !before) return found;
    const now = kept.of(userId);
    return now || before ? new RecordsWithKept(found, [now, before], behind) : found;
  }

  private late(question: Question, mark: number, before: KeptUser | undefined): UnreadRecords {
    const { storageTimeout } = this.parts;
    this.breaker.late(mark, question[0]);
    this.parts.diagnostics.count('storageReadTimeouts');
    const cure = 'where reads always take longer, set a higher `storageTimeout`';
    return this.unread(question, before, `no answer within ${storageTimeout} ms; ${cure}`);
  }

  private refused(question: Question, mark: number, before: KeptUser | undefined, why: string): UnreadRecords {
    this.breaker.failed(mark, question[0]);
    return this.unread(question, before, why);
  }

  private unread(question: Question, before: KeptUser | undefined, why: string): UnreadRecords {
    this.unanswered = question;
    this.parts.diagnostics.count('storageReadFailures');
    this.parts.trouble.unread(
      `Stored decisions could not be read: ${why}. Requests go on without them; what they decide is kept in memory, and stored when ` +
        'the storage works again.',
    );
    return this.known(question[0], before);
  }

  /** What is known without the storage. */
  private known(userId: string, before?: KeptUser): UnreadRecords {
    const now = this.parts.kept.of(userId);
    return now || before ? new UnreadRecords([now, before]) : NOTHING_KNOWN;
  }
}
