import { IsInt } from 'class-validator';

export class OrderDto {
  @IsInt()
  amount!: number;

  note?: string;
}

export class PriceDto {
  price!: number;
  reduced!: boolean;
  of?: string | undefined;
}
