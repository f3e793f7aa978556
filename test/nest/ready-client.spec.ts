import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { FlagEnabled, type VwoClient, VwoModule, VwoService } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { edgeOf, KINDS } from '../client/three-clients.js';
import { closeApps, startApp } from '../e2e/nest-app.js';

@Controller()
class Handlers {
  @Get()
  on(@FlagEnabled('ab') on: boolean): object {
    return { on };
  }
}

let edge: VwoEdge;
const clients: VwoClient[] = [];
beforeEach(async () => void (edge = await edgeOf()));
afterEach(async () => {
  await closeApps();
  for (const client of clients.splice(0)) await client.close();
  await edge.close();
});

describe.each(KINDS)('a $name that the application built itself', (kind) => {
  const logger = listening();
  const build = (): VwoClient => {
    logger.lines.length = 0;
    const client = kind.build(edge, { logger });
    clients.push(client);
    return client;
  };
  const warned = (about: RegExp): string[] =>
    logger.lines.filter((line) => line.startsWith('warn') && about.test(line));

  it('decides for the module once it was started', async () => {
    const client = build();
    await client.start();
    const { get } = await startApp({ imports: [VwoModule.forRoot({ client })], controllers: [Handlers] });
    expect(await (await get('/', 'alice')).json()).toEqual({ on: true });
  });

  it('says once that every flag is off because it was not started, with the cure', async () => {
    const client = build();
    for (const id of ['alice', 'bob']) expect((await client.visit({ id })).flag('ab').isEnabled()).toBe(false);
    expect(warned(/start\(\)/)).toHaveLength(1);
  });

  it('says so in an application, too', async () => {
    const imports = [VwoModule.forRoot({ client: build() })];
    const { get, logged } = await startApp({ imports, controllers: [Handlers] });
    for (const user of ['alice', 'bob']) expect(await (await get('/', user)).json()).toEqual({ on: false });
    const said = [...logged.lines, ...logger.lines].filter((line) => line.startsWith('warn') && /start\(\)/.test(line));
    expect(said.length).toBeGreaterThan(0);
  });

  it('says that it is closed when a flag is read after that, and every flag is off', async () => {
    const client = build();
    await client.start();
    await client.close();
    const visit = await client.visit({ id: 'alice' });
    expect([visit.flag('ab').isEnabled(), client.track({ id: 'alice' }, 'order')]).toEqual([false, false]);
    expect(warned(/closed/)).not.toEqual([]);
  });

  it('is waited for with `await vwo.ready`, when it is started after the application', async () => {
    const client = build();
    const { app, get } = await startApp({ imports: [VwoModule.forRoot({ client })], controllers: [Handlers] });
    const { ready } = app.get(VwoService) as unknown as { ready: Promise<void> };
    expect(ready).toBeInstanceOf(Promise);
    let isReady = false;
    const waiting = ready.then(() => (isReady = true));
    expect(await (await get('/', 'alice')).json()).toEqual({ on: false });
    expect(isReady).toBe(false);
    await client.start();
    await waiting;
    expect(await (await get('/', 'alice')).json()).toEqual({ on: true });
  });
});

describe('vwo.ready', () => {
  it('waits for settings that arrive after the start', async () => {
    edge.fail('settings', { kind: 'status', status: 503 });
    const options = { accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url, startTimeout: 1 };
    const { app, get } = await startApp({ imports: [VwoModule.forRoot(options)], controllers: [Handlers] });
    const { ready } = app.get(VwoService) as unknown as { ready: Promise<void> };
    expect(ready).toBeInstanceOf(Promise);
    expect(await (await get('/', 'alice')).json()).toEqual({ on: false });
    edge.heal();
    await app.get(VwoService).refresh();
    await ready;
    expect(await (await get('/', 'alice')).json()).toEqual({ on: true });
  });
});
