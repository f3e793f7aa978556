import { Inject, Injectable, Optional } from '@nestjs/common';
import { type StoredDecision, VwoService } from 'nestjs-vwo';
import { type ReceivedEvent, VwoEdge } from 'nestjs-vwo/testing';

export type Remembered = readonly (readonly [key: string, record: StoredDecision])[];
export type Received = readonly ReceivedEvent[];

/** What is kept of a customer, here and at VWO. */
@Injectable()
export class MemoryService {
  constructor(
    private readonly vwo: VwoService,
    @Optional() @Inject(VwoEdge) private readonly edge: VwoEdge | undefined,
  ) {}

  /** What is stored for a customer by now; undefined when the storage cannot tell. */
  async remembered(userId: string): Promise<Remembered | undefined> {
    try {
      return [...(await this.vwo.storedDecisions(userId))];
    } catch {
      return undefined; // the page says so, and goes on: the library has warned already
    }
  }

  /** What VWO has received about a customer in this account, latest first; undefined with the real VWO, which does not tell. */
  received(userId: string, accountId: number | string): Received | undefined {
    return this.edge
      ?.eventsOf(userId)
      .filter((event) => event.accountId === String(accountId))
      .toReversed();
  }
}
