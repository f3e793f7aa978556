import { Injectable } from '@nestjs/common';
import { VwoService } from 'nestjs-vwo';

@Injectable()
export class PricingService {
  constructor(private readonly vwo: VwoService) {}

  discount(): number {
    return this.vwo.variable('pricing', 'discount', 0);
  }
}
