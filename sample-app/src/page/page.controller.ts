import { Controller, Get, Inject, Optional, Query } from '@nestjs/common';
import { Flag, type VwoFlag, VwoUser, type VwoUserContext } from 'nestjs-vwo';
import { LegacyCorner } from '../legacy/legacy.corner.js';
import { planOf } from '../shop/customers.js';
import { DiscountService } from '../shop/discount.service.js';
import { PriceService } from '../shop/price.service.js';
import { productOf } from '../shop/catalogue.js';
import { shopSettings } from '../vwo/shop.settings.js';
import { HtmlPage } from './html-page.decorator.js';
import { MemoryService } from './memory.service.js';
import { shopPage } from './shop.page.js';
import { TourService } from './tour.service.js';

@Controller()
export class PageController {
  constructor(
    private readonly prices: PriceService,
    private readonly discounts: DiscountService,
    private readonly tour: TourService,
    private readonly memory: MemoryService,
    @Optional() @Inject(LegacyCorner) private readonly legacy: LegacyCorner | undefined,
  ) {}

  /** The shop as this customer sees it, and why. */
  @Get()
  @HtmlPage()
  async page(
    @VwoUser() user: VwoUserContext | undefined,
    @Flag('new-checkout') checkout: VwoFlag,
    @Flag('greeting') greeting: VwoFlag,
    @Query('ordered') ordered: unknown,
  ): Promise<string> {
    const page = shopPage({
      user: user && { id: user.id, plan: planOf(user.id) },
      greeting: {
        text: String(greeting.getVariable<unknown>('text', 'Coffee, roasted this morning')),
        gold: greeting.getVariable<unknown>('mood', 'plain') === 'gold',
      },
      checkout: {
        button: String(checkout.getVariable<unknown>('button', 'blue')),
        oneClick: checkout.getVariable<unknown>('oneClick', false) === true,
      },
      offers: this.prices.offers(),
      discount: { percent: this.discounts.percent(), label: this.discounts.label() },
      reasons: this.tour.reasons(),
      remembered: user && (await this.memory.remembered(user.id)),
      received: user && this.memory.received(user.id, shopSettings.accountId),
      ordered: productOf(ordered),
      hasLegacy: this.legacy !== undefined,
    });
    return page.text;
  }
}
