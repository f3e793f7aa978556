import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClsModule, ClsService } from 'nestjs-cls';
import { VwoModule, VwoService, VwoUser, type VwoUserContext } from '../../lib/index.js';
import { accountSettings, feature, rollout } from '../../lib/entries/testing.js';

const settings = accountSettings({ features: [feature('who', [rollout()])] });

@Injectable()
class Deep {
  constructor(
    private readonly cls: ClsService,
    private readonly vwo: VwoService,
  ) {}

  async who(): Promise<unknown[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return [this.cls.get('user'), this.vwo.isEnabled('who')];
  }
}

@Controller()
class Home {
  constructor(private readonly deep: Deep) {}

  @Get()
  async home(@VwoUser() user: VwoUserContext | undefined): Promise<unknown[]> {
    return [user?.id, ...(await this.deep.who())];
  }
}

const cls = ClsModule.forRoot({
  global: true,
  middleware: {
    mount: true,
    setup: (its, request: { headers: Record<string, string> }) => its.set('user', request.headers['x-user-id']),
  },
});
/** The user is known to nestjs-cls: nothing of the request is looked at. */
const vwo = VwoModule.forRootAsync({
  inject: [ClsService],
  useFactory: (its: ClsService) => ({ settings, events: false, user: () => ({ id: String(its.get('user')) }) }),
});

@Module({ imports: [cls, vwo], controllers: [Home], providers: [Deep] })
class ClsFirst {}

@Module({ imports: [vwo, cls], controllers: [Home], providers: [Deep] })
class VwoFirst {}

const users = Array.from({ length: 30 }, (_, i) => `user-${i}`);
const seen: Record<string, unknown> = {};
for (const type of [ClsFirst, VwoFirst]) {
  const app = await NestFactory.create(type, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const answers = users.map(async (user) => (await fetch(url, { headers: { 'x-user-id': user } })).json());
  seen[type.name] = await Promise.all(answers);
  await app.close();
}
console.log(JSON.stringify(seen));
