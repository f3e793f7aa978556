import { Controller, Get } from '@nestjs/common';
import { VwoUser, type VwoUserContext } from 'nestjs-vwo';
import { DiscountService } from './discount.service.js';
import { PriceService } from './price.service.js';

@Controller('price')
export class PriceController {
  constructor(
    private readonly prices: PriceService,
    private readonly discounts: DiscountService,
  ) {}

  /** The flag is read two services deeper, synchronously: nothing of the request is passed down. */
  @Get()
  price(@VwoUser() user: VwoUserContext | undefined) {
    return {
      user: user?.id ?? null,
      discount: this.discounts.percent(),
      prices: Object.fromEntries(this.prices.offers().map(({ product, price }) => [product.id, price / 100])),
    };
  }
}
