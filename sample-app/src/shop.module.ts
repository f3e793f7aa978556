import { type DynamicModule, Module } from '@nestjs/common';
import { VwoModule } from 'nestjs-vwo';
import { VwoEdge } from 'nestjs-vwo/testing';
import { PageController } from './page/page.controller.js';
import { BetaController } from './shop/beta.controller.js';
import { CheckoutController } from './shop/checkout.controller.js';
import { customerOf } from './shop/customers.js';
import { DiscountService } from './shop/discount.service.js';
import { MemoryController } from './shop/memory.controller.js';
import { PriceController } from './shop/price.controller.js';
import { PriceService } from './shop/price.service.js';
import { TourService } from './page/tour.service.js';
import type { ShopVwo } from './vwo/shop.vwo.js';

@Module({})
export class ShopModule {
  static with({ options, edge }: ShopVwo): DynamicModule {
    return {
      module: ShopModule,
      imports: [VwoModule.forRoot({ ...options, user: customerOf })],
      controllers: [PageController, CheckoutController, PriceController, BetaController, MemoryController],
      providers: [PriceService, DiscountService, TourService, ...(edge ? [{ provide: VwoEdge, useValue: edge }] : [])],
    };
  }
}
