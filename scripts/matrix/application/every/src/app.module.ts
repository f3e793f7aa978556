import { Module } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { VwoModule } from 'nestjs-vwo';
import { vwoConfig } from 'nestjs-vwo/config';
import { RedisStorage } from 'nestjs-vwo/redis';
import { AppController } from './app.controller.js';
import { AppService } from './app.service.js';
import { PricingService } from './shop/pricing.service.js';
import { REDIS, type RedisConnection, RedisModule } from './shop/redis.module.js';
import { ShopController } from './shop/shop.controller.js';
import { userOf } from './shop/user.js';

@Module({
  imports: [
    VwoModule.forRootAsync({
      imports: [ConfigModule.forFeature(vwoConfig), RedisModule],
      inject: [vwoConfig.KEY, REDIS],
      useFactory: (vwo: ConfigType<typeof vwoConfig>, client: RedisConnection) => ({
        ...vwo,
        user: userOf,
        storage: new RedisStorage({ client }),
      }),
    }),
  ],
  controllers: [AppController, ShopController],
  providers: [AppService, PricingService],
})
export class AppModule {}
