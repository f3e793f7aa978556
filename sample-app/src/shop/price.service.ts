import { Injectable } from '@nestjs/common';
import { CATALOGUE, type Product } from './catalogue.js';
import { DiscountService } from './discount.service.js';

export interface Offer {
  readonly product: Product;
  /** What the current customer pays, in cents. */
  readonly price: number;
}

@Injectable()
export class PriceService {
  constructor(private readonly discounts: DiscountService) {}

  offers(): Offer[] {
    return CATALOGUE.map((product) => this.offer(product));
  }

  offer(product: Product): Offer {
    return { product, price: Math.round((product.price * (100 - this.discounts.percent())) / 100) };
  }
}
