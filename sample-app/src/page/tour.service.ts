import { Injectable } from '@nestjs/common';
import { type VwoFlag, VwoService } from 'nestjs-vwo';

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
  constructor(private readonly vwo: VwoService) {}

  reasons(): Reason[] {
    return Object.entries(FLAGS).map(([key, about]) => ({ flag: this.vwo.flag(key), ...about }));
  }
}
