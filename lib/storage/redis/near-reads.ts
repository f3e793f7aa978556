/** Reads of one user that are under way. */
export interface Reading {
  count: number;
  /** False once the user's records may have changed meanwhile: what is found may be older than that. */
  isCurrent: boolean;
}

/** The reads that are under way, so that none of them is kept that began before a change. */
export class NearReads {
  private readonly readings = new Map<string, Reading>();

  begin(userId: string): Reading {
    const known = this.readings.get(userId);
    if (known) {
      known.count += 1;
      return known;
    }
    const reading = { count: 1, isCurrent: true };
    this.readings.set(userId, reading);
    return reading;
  }

  end(userId: string, reading: Reading): void {
    reading.count -= 1;
    if (reading.count === 0 && reading.isCurrent) this.readings.delete(userId);
  }

  changed(userId: string): void {
    const reading = this.readings.get(userId);
    if (!reading) return;
    reading.isCurrent = false;
    this.readings.delete(userId);
  }

  allChanged(): void {
    for (const reading of this.readings.values()) reading.isCurrent = false;
    this.readings.clear();
  }
}
