import { describe, it, expect, afterEach, beforeEach } from '@jest/globals';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { vwoConfig } from '../../../lib/entries/config.js';
import { MemoryStorage, VwoModule, VwoOptionsError, VwoService, VwoStorage } from '../../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../../lib/entries/edge.js';

const settings = accountSettings({ features: [feature('new-checkout', [rollout()])] });

let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = process.env;
  process.env = Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('VWO_')));
});
afterEach(() => {
  process.env = before;
});

describe('vwoConfig', () => {
  it('reads every option that a text can hold from its environment variable', () => {
    Object.assign(process.env, {
      VWO_ACCOUNT_ID: '123456',
      VWO_SDK_KEY: ' key ',
      VWO_ENVIRONMENT: 'staging',
      VWO_SETTINGS_FILE: './vwo.json',
      VWO_BASE_URL: 'https://proxy.example.com',
      VWO_EVENTS_URL: 'https://events.example.com',
      VWO_GATEWAY_URL: 'http://gateway:8080',
      VWO_GATEWAY_TIMEOUT: '80',
      VWO_GATEWAY_CACHE_FOR: '0',
      VWO_POLL_INTERVAL: '60000',
      VWO_START_TIMEOUT: '3000',
      VWO_STORAGE_TIMEOUT: '25',
      VWO_CLOSE_TIMEOUT: '1000',
      VWO_ON_START_FAILURE: 'fail',
      VWO_SAVE: 'before-response',
      VWO_PRELOAD: 'declared',
      VWO_EVENTS_BATCH_SIZE: '50',
      VWO_EVENTS_FLUSH_INTERVAL: '500',
      VWO_EVENTS_MAX_QUEUE: '2000',
      VWO_EVENTS_MAX_QUEUE_BYTES: '1000000',
    });
    expect(vwoConfig()).toEqual({
      accountId: '123456',
      sdkKey: 'key',
      environment: 'staging',
      settings: './vwo.json',
      baseUrl: 'https://proxy.example.com',
      eventsUrl: 'https://events.example.com',
      gateway: { url: 'http://gateway:8080', timeout: 80, cacheFor: 0 },
      pollInterval: 60_000,
      startTimeout: 3_000,
      storageTimeout: 25,
      closeTimeout: 1_000,
      onStartFailure: 'fail',
      save: 'before-response',
      preload: 'declared',
      events: { batchSize: 50, flushInterval: 500, maxQueue: 2_000, maxQueueBytes: 1_000_000 },
    });
  });

  it('leaves the default in place for a variable that is missing or empty', () => {
    Object.assign(process.env, { VWO_SDK_KEY: 'key', VWO_POLL_INTERVAL: ' ', VWO_BASE_URL: '' });
    expect(vwoConfig()).toEqual({ sdkKey: 'key' });
  });

  it.each(['1 minute', '60s', '1e3', '-5', '0x10', '2.5'])(
    'refuses "%s" for a number, naming the variable',
    (value) => {
      process.env.VWO_POLL_INTERVAL = value;
      expect(vwoConfig).toThrow(VwoOptionsError);
      expect(vwoConfig).toThrow(`\`VWO_POLL_INTERVAL\` must be a whole number, digits only, got "${value}"`);
    },
  );

  it('refuses settings of a gateway without its URL', () => {
    process.env.VWO_GATEWAY_TIMEOUT = '80';
    expect(vwoConfig).toThrow('`VWO_GATEWAY_URL` must be the URL of the gateway, got undefined');
  });

  it('starts the module with asProvider(), alone or with more beside it, and shows up in ConfigService', async () => {
    const edge = await VwoEdge.start({ settings });
    Object.assign(process.env, { VWO_ACCOUNT_ID: '123456', VWO_SDK_KEY: settings.sdkKey, VWO_BASE_URL: edge.url });
    const mine = new MemoryStorage();
    const alone = VwoModule.forRootAsync(vwoConfig.asProvider());
    const withMore = VwoModule.forRootAsync({ ...vwoConfig.asProvider(), storage: mine });
    for (const vwoModule of [alone, withMore]) {
      const imports = [ConfigModule.forRoot({ ignoreEnvFile: true, load: [vwoConfig] }), vwoModule];
      const app = await Test.createTestingModule({ imports }).compile();
      const vwo = app.get(VwoService);
      expect(await vwo.run({ id: 'alice' }, () => vwo.isEnabled('new-checkout'))).toBe(true);
      expect(app.get(ConfigService).get('vwo.accountId')).toBe('123456');
      expect(app.get(VwoStorage) === mine).toBe(vwoModule === withMore);
      await app.close();
    }
    expect((await mine.load('alice', [])).has('new-checkout')).toBe(true);
    await edge.close();
  });
});
