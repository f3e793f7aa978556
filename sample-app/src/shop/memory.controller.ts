import { Controller, Get, Inject, NotFoundException, Optional, Post, Res } from '@nestjs/common';
import { VwoService, VwoUser, type VwoUserContext } from 'nestjs-vwo';
import { VwoEdge } from 'nestjs-vwo/testing';
import { backToShop, type Reply } from './back-to-shop.js';

/** What VWO received, and what the shop remembers. */
@Controller()
export class MemoryController {
  constructor(
    private readonly vwo: VwoService,
    @Optional() @Inject(VwoEdge) private readonly edge: VwoEdge | undefined,
  ) {}

  /** The events that reached the shop's own VWO: of the customer who asks, or all of them. The real VWO keeps its own. */
  @Get('events')
  events(@VwoUser() user: VwoUserContext | undefined) {
    if (!this.edge) throw new NotFoundException('Only the VWO that the shop brings along can tell');
    const events = user ? this.edge.eventsOf(user.id) : this.edge.events;
    return { user: user?.id ?? null, events: events.map(({ name, visitorId, props }) => ({ name, visitorId, props })) };
  }

  /** Forgets the customer who asks: the next decisions are made anew. */
  @Post('forget')
  async forget(@VwoUser() user: VwoUserContext | undefined, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    if (user) await this.vwo.forget(user.id);
    backToShop(reply, user?.id);
  }
}
