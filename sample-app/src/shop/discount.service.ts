import { Injectable } from '@nestjs/common';
import { VwoService } from 'nestjs-vwo';

/** Two services below the handler: a singleton, and no request was handed down to it. */
@Injectable()
export class DiscountService {
  constructor(private readonly vwo: VwoService) {}

  /** In percent, for the customer of the current request. */
  percent(): number {
    const percent = this.vwo.variable<unknown>('pricing', 'discount', 0);
    return typeof percent === 'number' && percent >= 0 && percent < 100 ? percent : 0;
  }

  label(): string {
    return String(this.vwo.variable<unknown>('pricing', 'label', ''));
  }
}
