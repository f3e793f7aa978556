import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Flag, FlagEnabled, FlagVariable, RequireFlag, type VwoFlag, VwoUser, type VwoUserContext } from 'nestjs-vwo';
import { Variation } from 'nestjs-vwo/full-stack';
import { OrderDto, PriceDto } from './order.dto.js';

@Controller('shop')
export class ShopController {
  @Get(':id')
  price(
    @Flag('pricing') flag: VwoFlag,
    @Param('id') id: string,
    @FlagEnabled('pricing') reduced: boolean,
    @FlagVariable('pricing', 'discount', 0) discount: number,
    @Query('page') page: number,
    @VwoUser() user: VwoUserContext | undefined,
    @Variation('pricing') variation: string | null,
  ): PriceDto {
    return { price: 10 - discount, reduced: reduced && flag.isEnabled(), of: [id, page, user?.id, variation].join() };
  }

  @Post()
  @RequireFlag('beta')
  order(@Flag('pricing') flag: VwoFlag, @Body() order: OrderDto): PriceDto {
    return { price: order.amount, reduced: flag.isEnabled() };
  }

  @Post('again')
  again(@Flag('pricing') flag: VwoFlag, @VwoUser() user: VwoUserContext | undefined): PriceDto {
    return { price: 10, reduced: flag.isEnabled(), of: user?.id };
  }
}
