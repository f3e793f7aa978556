import type { Diagnostics } from '../../common/index.js';

/** What is said of a storage that fails: one warning for one fault, whether it shows at reads, at writes or at both, and one message at its end. */
export class StorageTrouble {
  private isUnread = false;
  private isUnwritten = false;
  private worked = false;

  constructor(private readonly diagnostics: Diagnostics) {}

  /** Whether the storage has ever answered this client. */
  get hasWorked(): boolean {
    return this.worked;
  }

  unread(message: string): void {
    this.isUnread = true;
    this.diagnostics.warn('storage', message);
  }

  unwritten(why: string): void {
    this.isUnwritten = true;
    this.diagnostics.warn(
      'storage',
      `Decisions could not be stored: ${why}. Requests go on; what they decide is kept in memory, and stored when the storage works again.`,
    );
  }

  hasRead(): void {
    this.worked = true;
    if (!this.isUnread) return;
    this.isUnread = false;
    this.tellIfOver();
  }

  hasWritten(): void {
    this.worked = true;
    this.nothingUnwritten();
  }

  /** Nothing is left that could not be written. */
  nothingUnwritten(): void {
    if (!this.isUnwritten) return;
    this.isUnwritten = false;
    this.tellIfOver();
  }

  private tellIfOver(): void {
    if (!this.isUnread && !this.isUnwritten) this.diagnostics.recovered('storage', 'The storage works again.');
  }
}
