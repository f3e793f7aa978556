import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { VwoModule, type VwoModuleOptions } from 'nestjs-vwo';
import { VwoEdge } from 'nestjs-vwo/testing';
import { LegacyCorner } from './legacy/legacy.corner.js';
import { MemoryService } from './page/memory.service.js';
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
  static with({ options, edge, legacy }: ShopVwo): DynamicModule {
    return {
      module: ShopModule,
      imports: [VwoModule.forRoot({ ...options, user: customerOf })],
      controllers: [PageController, CheckoutController, PriceController, BetaController, MemoryController],
      providers: [
        PriceService,
        DiscountService,
        TourService,
        MemoryService,
        ...(edge && legacy ? demo(edge, legacy) : []),
      ],
    };
  }
}

/** What is there only with a VWO of the shop's own. */
function demo(edge: VwoEdge, legacy: VwoModuleOptions): Provider[] {
  return [
    { provide: VwoEdge, useValue: edge },
    {
      provide: LegacyCorner,
      useFactory: (shop: HttpAdapterHost) => new LegacyCorner(shop, legacy, edge),
      inject: [HttpAdapterHost],
    },
  ];
}
