import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { FlagEnabled, RequireFlag, VwoModule, VwoService } from '../../lib/index.js';
import { accountSettings, feature, rollout } from '../../lib/entries/testing.js';

const settings = accountSettings({
  features: [feature('who', [rollout()]), feature('closed', [rollout({ percent: 0 })])],
});

@Controller()
class Home {
  @Get()
  home(@FlagEnabled('who') on: boolean): object {
    return { on };
  }

  @Get('closed')
  @RequireFlag('closed')
  closed(): object {
    return {};
  }
}

let asked = 0;

@Module({
  imports: [
    ThrottlerModule.forRoot([{ ttl: 60_000, limit: 2 }]),
    VwoModule.forRoot({
      settings,
      events: false,
      user: () => {
        asked += 1;
        return { id: 'alice' };
      },
    }),
  ],
  controllers: [Home],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
})
class Application {}

const app = await NestFactory.create(Application, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
const url = await app.getUrl();
const statuses: number[] = [];
for (const path of ['/', '/', '/', '/closed', '/closed', '/closed']) statuses.push((await fetch(url + path)).status);
const stored = [...(await app.get(VwoService).storedDecisions('alice')).keys()];
await app.close();
console.log(JSON.stringify({ statuses, asked, stored }));
