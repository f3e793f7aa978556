import { Test } from '@nestjs/testing';
import { VwoGuard } from 'nestjs-vwo';
import { PricingService } from './pricing.service.js';
import { ShopController } from './shop.controller.js';

describe('ShopController', () => {
  it('needs no VWO where nothing asks a flag', async () => {
    const module = await Test.createTestingModule({
      controllers: [ShopController],
      providers: [{ provide: PricingService, useValue: { discount: () => 5 } }],
    })
      .overrideGuard(VwoGuard)
      .useValue({ canActivate: () => true })
      .compile();

    expect(module.get(ShopController).beta()).toEqual({ beta: true });
    await module.close();
  });
});
