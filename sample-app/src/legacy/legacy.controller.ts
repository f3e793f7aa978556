import { Controller, Get, Headers, Post, Query, Res } from '@nestjs/common';
import { Flag, FlagEnabled, FlagVariable, type VwoFlag, VwoService, VwoUser, type VwoUserContext } from 'nestjs-vwo';
import { Variation } from 'nestjs-vwo/full-stack';
import { HtmlPage } from '../page/html-page.decorator.js';
import { MemoryService } from '../page/memory.service.js';
import { backToShop, type Reply } from '../shop/back-to-shop.js';
import { planOf } from '../shop/customers.js';
import { LEGACY } from './legacy.path.js';
import { legacyPage, MONTHLY_PRICE } from './legacy.page.js';
import { FIRST_BOX, legacySettings, SUBSCRIBED, SUBSCRIPTION_PAGE } from './legacy.settings.js';

/** Campaigns of VWO Full Stack, read as flags are read everywhere else. */
@Controller()
export class LegacyController {
  constructor(
    private readonly vwo: VwoService,
    private readonly memory: MemoryService,
  ) {}

  /** The subscription as this customer sees it, and why. */
  @Get()
  @HtmlPage()
  async page(
    @VwoUser() user: VwoUserContext | undefined,
    @Flag(SUBSCRIPTION_PAGE) subscription: VwoFlag,
    @Flag(FIRST_BOX) firstBox: VwoFlag,
    @Query('ordered') ordered: unknown,
  ): Promise<string> {
    const page = legacyPage({
      user: user && { id: user.id, plan: planOf(user.id) },
      subscription,
      firstBox,
      remembered: user && (await this.memory.remembered(user.id)),
      received: user && this.memory.received(user.id, legacySettings.accountId),
      ordered: ordered === 'tracked' || ordered === 'again' ? ordered : undefined,
    });
    return page.text;
  }

  /** One campaign through every decorator; `variable` is one of a feature test's. */
  @Get('checkout')
  checkout(
    @VwoUser() user: VwoUserContext | undefined,
    @Flag(FIRST_BOX) { key, source }: VwoFlag,
    @Variation(FIRST_BOX) variation: string | null,
    @FlagEnabled(FIRST_BOX) on: boolean,
    @FlagVariable(FIRST_BOX, 'gift', 'none') gift: string,
  ) {
    return { user: user?.id ?? null, campaign: key, variation, on, source, variable: { gift } };
  }

  /**
   * Tracks the goal in every campaign that has it and that the customer is in. Both are read first, as somebody may order
   * without having seen the page: `track` counts what was decided a moment ago, in the same request.
   */
  @Post('order')
  order(
    @VwoUser() user: VwoUserContext | undefined,
    @Variation(SUBSCRIPTION_PAGE) subscription: string | null,
    @Variation(FIRST_BOX) firstBox: string | null,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const revenue = MONTHLY_PRICE / 100;
    const tracked = this.vwo.track(SUBSCRIBED, { revenue });
    if (accept?.includes('text/html')) return backToShop(reply, user?.id, tracked ? 'tracked' : 'again', LEGACY);
    return {
      user: user?.id ?? null,
      goal: SUBSCRIBED,
      revenue,
      tracked,
      variations: { [SUBSCRIPTION_PAGE]: subscription, [FIRST_BOX]: firstBox },
    };
  }

  /** Forgets the customer's campaigns and goals; what the shop remembers of her flags stays. */
  @Post('forget')
  async forget(@VwoUser() user: VwoUserContext | undefined, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    if (user) await this.vwo.forget(user.id);
    backToShop(reply, user?.id, undefined, LEGACY);
  }
}
