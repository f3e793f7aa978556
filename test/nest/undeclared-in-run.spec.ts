import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VwoModule, type VwoModuleOptions, VwoService } from '../../lib/index.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, startApp } from '../e2e/nest-app.js';

const settings = accountSettings({ features: [feature('ab', [rollout()])] });

let edge: VwoEdge;
beforeEach(async () => void (edge = await VwoEdge.start({ settings })));
afterEach(async () => {
  await closeApps();
  await edge.close();
});

const account = () => ({ accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url });
const clients: [string, () => VwoModuleOptions][] = [
  ['the official SDK', () => ({ client: officialSdk(account()) })],
  ["preload: 'declared'", () => ({ ...account(), preload: 'declared' })],
];

describe.each(clients)('a flag that is read in vwo.run, with %s', (_what, options) => {
  const start = async (): Promise<VwoService> => {
    const { app } = await startApp({ imports: [VwoModule.forRoot(options())] });
    return app.get(VwoService);
  };

  it('is there when it is declared by the third argument', async () => {
    const vwo = await start();
    expect(await vwo.run({ id: 'alice' }, () => vwo.isEnabled('ab'), ['ab'])).toBe(true);
  });

  it('is refused with that cure when it is not declared', async () => {
    const vwo = await start();
    await expect(vwo.run({ id: 'alice' }, () => vwo.isEnabled('ab'))).rejects.toThrow(/run\(user, work, \['ab'\]\)/);
  });
});
