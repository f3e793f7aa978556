import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { vwoConfig } from '../../../lib/entries/config.js';
import { VwoModule, type VwoModuleAsyncOptions, VwoService } from '../../../lib/index.js';
import { fullStack } from '../../../lib/entries/full-stack.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../../lib/entries/edge.js';
import { LogLines } from '../../e2e/nest-app.js';

const settings = accountSettings({ features: [feature('ab', [rollout()])] });

let edge: VwoEdge;
let before: NodeJS.ProcessEnv;
beforeEach(async () => {
  edge = await VwoEdge.start({ settings });
  before = process.env;
  const others = Object.entries(before).filter(([name]) => !name.startsWith('VWO_'));
  process.env = { ...Object.fromEntries(others), VWO_ACCOUNT_ID: '123456', VWO_SDK_KEY: 'key', VWO_BASE_URL: edge.url };
});
afterEach(async () => {
  process.env = before;
  await edge.close();
});

/** Starts an application whose options are these variables; what it says, and what it is refused with. */
async function start(
  variables: NodeJS.ProcessEnv,
  beside: Partial<VwoModuleAsyncOptions> = {},
): Promise<{ warnings: string[]; error: string }> {
  Object.assign(process.env, variables);
  for (const [name, value] of Object.entries(variables)) if (value === undefined) delete process.env[name];
  const logged = new LogLines();
  let error = '';
  try {
    const imports = [VwoModule.forRootAsync({ ...vwoConfig.asProvider(), ...beside })];
    const app = await Test.createTestingModule({ imports }).setLogger(logged).compile();
    await app.close();
  } catch (reason) {
    error = String(reason);
  }
  return { warnings: logged.warnings(''), error };
}

describe('a variable of the environment', () => {
  it('that is right is taken without a word', async () => {
    expect(await start({ VWO_POLL_INTERVAL: '60000' })).toEqual({ warnings: [], error: '' });
  });

  it.each([['VWO_ACCOUNT_ID'], ['VWO_SDK_KEY']])(
    'that is missing is named, and where variables come from: %s',
    async (name) => {
      const { error } = await start({ [name]: undefined });
      expect(error).toContain(name);
      expect(error).toContain('ConfigModule.forRoot()');
    },
  );

  it.each([
    ['VWO_ACCOUNT_ID', 'my-account'],
    ['VWO_BASE_URL', 'proxy.example.com'],
    ['VWO_EVENTS_URL', 'events'],
    ['VWO_GATEWAY_URL', 'gateway:8080'],
    ['VWO_GATEWAY_TIMEOUT', '0'],
    ['VWO_POLL_INTERVAL', '60'],
    ['VWO_START_TIMEOUT', '0'],
    ['VWO_STORAGE_TIMEOUT', '0'],
    ['VWO_CLOSE_TIMEOUT', '0'],
    ['VWO_ON_START_FAILURE', 'maybe'],
    ['VWO_SAVE', 'later'],
    ['VWO_PRELOAD', 'some'],
    ['VWO_EVENTS_BATCH_SIZE', '0'],
    ['VWO_EVENTS_FLUSH_INTERVAL', '0'],
    ['VWO_EVENTS_MAX_QUEUE', '0'],
    ['VWO_EVENTS_MAX_QUEUE_BYTES', '32'],
  ])('that cannot work is named in the error: %s=%s', async (name, value) => {
    const gateway = name === 'VWO_GATEWAY_TIMEOUT' ? { VWO_GATEWAY_URL: edge.url } : {};
    const { error } = await start({ ...gateway, [name]: value });
    expect(error).toContain('VwoOptionsError');
    expect(error).toContain(name);
  });

  it.each([
    ['VWO_POLLINTERVAL', 'VWO_POLL_INTERVAL', '60000'],
    ['VWO_SDKKEY', 'VWO_SDK_KEY', 'key'],
    ['VWO_ACOUNT_ID', 'VWO_ACCOUNT_ID', '1'],
    ['VWO_EVENT_BATCH_SIZE', 'VWO_EVENTS_BATCH_SIZE', '10'],
    ['VWO_SETINGS_FILE', 'VWO_SETTINGS_FILE', './vwo.json'],
  ])('that is misspelt is told the right name: %s', async (wrong, right, value) => {
    const { warnings, error } = await start({ [wrong]: value });
    const said = [...warnings, error].filter((line) => line.includes(wrong));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(right);
  });

  it('that names a settings file that is not there stops the start, naming the file', async () => {
    const { error } = await start({ VWO_SETTINGS_FILE: './nope.json', VWO_START_TIMEOUT: '100' });
    expect(error).toContain('nope.json');
  });

  it('may be missing where the client brings the account', async () => {
    const client = fullStack({ accountId: 123456, sdkKey: 'key' });
    const variables = { VWO_ACCOUNT_ID: undefined, VWO_SDK_KEY: undefined };
    expect((await start(variables, { client })).error).toBe('');
  });
});

describe('an application whose options come from the environment', () => {
  it('decides', async () => {
    const imports = [VwoModule.forRootAsync(vwoConfig.asProvider())];
    const app = await Test.createTestingModule({ imports }).compile();
    const vwo = app.get(VwoService);
    expect(await vwo.run({ id: 'alice' }, () => vwo.isEnabled('ab'))).toBe(true);
    await app.close();
  });
});
