import type { Clock, Diagnostics } from '../../common/index.js';
import type { VwoStorage } from '../../storage/index.js';
import { Breaker } from './breaker.js';
import type { StorageTreatment } from '../port/vwo-stats.js';
import type { RecordsBehind } from './found-records.js';
import { KeptRecords } from './kept-records.js';
import { KeptWriter } from './kept-writer.js';
import { StorageReader } from './storage-reader.js';
import type { StorageTrouble } from './storage-trouble.js';
import { WriteBehind } from './write-behind.js';

export interface ClientRecordsParts {
  readonly storage: VwoStorage;
  /** In ms. */
  readonly storageTimeout: number;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
  readonly trouble: StorageTrouble;
  readonly behind: RecordsBehind;
}

/** The storage of one client, read and written: what the two of them must know of each other when it fails. */
export class ClientRecords {
  readonly reader: StorageReader;
  readonly writes: WriteBehind;
  /** How the storage is treated now. */
  readonly state: () => StorageTreatment;

  constructor(parts: ClientRecordsParts) {
    const { clock, diagnostics } = parts;
    const kept = new KeptRecords(diagnostics, (user) => keeper.gone(user));
    const isReadable = (): boolean => reader.isFine;
    const breaker = new Breaker({
      clock,
      probe: () => keeper.probe(),
      onFine: (wasOpen) => wasOpen && keeper.resume(),
    });
    const keeper = new KeptWriter({ ...parts, kept, breaker, isReadable });
    const writes = new WriteBehind({ ...parts, kept, keeper, breaker, isReadable });
    const reader = new StorageReader({
      ...parts,
      kept,
      onFailing: () => writes.keepUnderWay(),
      onFine: () => {
        kept.removeWritten();
        breaker.probeSoon();
        keeper.resume();
      },
    });
    this.reader = reader;
    this.writes = writes;
    this.state = () => ({
      readBreaker: reader.isOpen ? 'open' : 'closed',
      writeBreaker: breaker.isOpen ? 'open' : 'closed',
      kept: kept.size,
    });
  }
}
