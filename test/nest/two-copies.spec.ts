import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { Flag, FmeClient, type VwoFlag, VwoModule, VwoService, VwoStorage } from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, startApp } from '../e2e/nest-app.js';

const settings = accountSettings({ features: [feature('ab', [rollout()])] });

@Controller()
class Handlers {
  @Get()
  on(@Flag('ab') flag: VwoFlag): object {
    return { on: flag.isEnabled() };
  }
}

/** The package once more, as it is when two versions of it are installed. */
async function otherCopy(): Promise<typeof import('../../lib/entries/client.js')> {
  let copy: typeof import('../../lib/entries/client.js') | undefined;
  await jest.isolateModulesAsync(async () => void (copy = await import('../../lib/entries/client.js')));
  expect(copy!.FmeClient).not.toBe(FmeClient);
  return copy!;
}

describe('what another copy of the package has made', () => {
  let edge: VwoEdge;
  afterEach(async () => {
    await closeApps();
    await edge.close();
  });
  const account = async () => {
    edge = await VwoEdge.start({ settings });
    return { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
  };

  it('is a client for `client`: an instance, and from a function', async () => {
    const other = await otherCopy();
    const logger = { log: () => undefined, warn: () => undefined, error: () => undefined };
    const options = await account();
    const ready = new other.FmeClient({ ...options, logger });
    await ready.start();
    const { get } = await startApp({ imports: [VwoModule.forRoot({ client: ready })], controllers: [Handlers] });
    expect(await (await get('/', 'alice')).json()).toEqual({ on: true });
    await ready.close();

    const vwoModule = VwoModule.forRoot({
      client: ({ storage }) => new other.FmeClient({ ...options, storage, logger }),
    });
    const { app } = await startApp({ imports: [vwoModule] });
    const vwo = app.get(VwoService);
    expect(await vwo.run({ id: 'alice' }, () => vwo.isEnabled('ab'))).toBe(true);
  });

  it('is a client class, which is refused as one', async () => {
    const other = await otherCopy();
    const imports = [VwoModule.forRoot({ ...(await account()), client: other.FmeClient as never })];
    await expect(startApp({ imports })).rejects.toThrow('`client` must be a VwoClient or a function that gives one');
  });

  it('is a storage for `storage`: an instance, and a class that Nest builds', async () => {
    const other = await otherCopy();
    const options = await account();
    for (const storage of [new other.MemoryStorage(), other.MemoryStorage]) {
      const { app, get } = await startApp({
        imports: [VwoModule.forRoot({ ...options, storage })],
        controllers: [Handlers],
      });
      expect(app.get(VwoStorage)).toBeInstanceOf(other.MemoryStorage);
      await get('/', 'alice');
      expect([...(await app.get(VwoService).storedDecisions('alice')).keys()]).toEqual(['ab']);
    }
  });
});
