import { BadRequestException, Body, Controller, Get, Headers, Post, Res } from '@nestjs/common';
import { Flag, FlagVariable, type VwoFlag, VwoService, VwoUser, type VwoUserContext } from 'nestjs-vwo';
import { ORDER_PLACED } from '../vwo/shop.settings.js';
import { productOf } from './catalogue.js';
import { backToShop, type Reply } from './back-to-shop.js';
import { PriceService } from './price.service.js';

@Controller()
export class CheckoutController {
  constructor(
    private readonly vwo: VwoService,
    private readonly prices: PriceService,
  ) {}

  /** A flag and one of its variables as plain handler parameters. */
  @Get('checkout')
  checkout(
    @VwoUser() user: VwoUserContext | undefined,
    @Flag('new-checkout') flag: VwoFlag,
    @FlagVariable('new-checkout', 'button', 'blue') button: string,
  ) {
    return {
      user: user?.id ?? null,
      enabled: flag.isEnabled(),
      variation: flag.variation?.key ?? null,
      source: flag.source,
      button,
    };
  }

  /** Tracks an event of the current customer. A browser's form is sent back to the shop, anybody else gets JSON. */
  @Post('order')
  order(
    @VwoUser() user: VwoUserContext | undefined,
    @Body('product') id: unknown,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const product = productOf(id);
    if (!product) throw new BadRequestException('Order one of the products: { "product": "huila" }');
    const { price } = this.prices.offer(product);
    const tracked = this.vwo.track(ORDER_PLACED, { product: product.id, price: price / 100 });
    if (accept?.includes('text/html')) return backToShop(reply, user?.id, product.id);
    return { user: user?.id ?? null, product: product.id, price: price / 100, tracked };
  }
}
