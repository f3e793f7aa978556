import { Controller, Get } from '@nestjs/common';
import { Flag, FlagVariable, RequireFlag, type VwoFlag } from 'nestjs-vwo';
import { PricingService } from './pricing.service.js';

@Controller()
export class ShopController {
  constructor(private readonly pricing: PricingService) {}

  @Get('checkout')
  checkout(@Flag('new-checkout') flag: VwoFlag, @FlagVariable('new-checkout', 'button', 'blue') button: string) {
    return { on: flag.isEnabled(), source: flag.source, button, discount: this.pricing.discount() };
  }

  @Get('beta')
  @RequireFlag('beta')
  beta() {
    return { beta: true };
  }
}
