import { Inject, Injectable, Optional } from '@nestjs/common';
import { type StoredDecision, type VwoFlag, VwoService } from 'nestjs-vwo';
import { type ReceivedEvent, VwoEdge } from 'nestjs-vwo/testing';

/** The shop's flags, and what each of them changes. */
const FLAGS = {
  'new-checkout': { rule: 'Rollout to 50 %', effect: 'One-click buying, and the colour of the button' },
  pricing: { rule: 'A/B test, three variations', effect: 'The discount on every price' },
  greeting: { rule: 'Personalised for the gold plan', effect: 'Who is greeted how' },
  'free-shipping': { rule: 'Group “promotions”: one at most', effect: 'The strip above the shop' },
  'free-gift': { rule: 'Group “promotions”: one at most', effect: 'The strip above the shop' },
  'beta-area': { rule: 'Rollout to the gold plan', effect: 'Whether GET /beta exists' },
} as const;

export type ShopFlag = keyof typeof FLAGS;

export interface Reason {
  readonly flag: VwoFlag;
  readonly rule: string;
  readonly effect: string;
}

/** Why a customer sees what he sees. */
@Injectable()
export class TourService {
  constructor(
    private readonly vwo: VwoService,
    @Optional() @Inject(VwoEdge) private readonly edge: VwoEdge | undefined,
  ) {}

  reasons(): Reason[] {
    return Object.entries(FLAGS).map(([key, about]) => ({ flag: this.vwo.flag(key), ...about }));
  }

  /** What is stored for a customer by now; undefined when the storage cannot tell. */
  async remembered(userId: string): Promise<readonly (readonly [key: string, record: StoredDecision])[] | undefined> {
    try {
      return [...(await this.vwo.storedDecisions(userId))];
    } catch {
      return undefined; // the page says so, and goes on: the library has warned already
    }
  }

  /** What VWO has heard of a customer, latest first; undefined where the real VWO keeps it to itself. */
  heard(userId: string): readonly ReceivedEvent[] | undefined {
    return this.edge?.eventsOf(userId).toReversed();
  }
}
