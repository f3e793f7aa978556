import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { createClient } from 'redis';

const connection = () => createClient({ url: process.env.REDIS_URL });

export const REDIS = Symbol('REDIS');
export type RedisConnection = ReturnType<typeof connection>;

@Module({ providers: [{ provide: REDIS, useFactory: connection }], exports: [REDIS] })
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: RedisConnection) {}

  async onApplicationShutdown() {
    await this.redis.close();
  }
}
