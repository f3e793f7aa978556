/**
 * VWO's SDK as its documentation shows: `getFlag` awaited in the handler for each flag, a storage connector that does one
 * Redis GET per flag (and a SET for each new decision). Every user has been here before, so it sends no impressions.
 */
import { Controller, Get, Req } from '@nestjs/common';
import { Redis } from 'ioredis';
import { init } from 'vwo-fme-node-sdk';
import { ACCOUNT_ID, SDK_KEY, settings, storedRecord } from '../../account.mjs';
import { decide, prepare } from '../../hand-written.mjs';
import { SilentNetwork } from '../../official-network.mjs';
import { KEYS, RETURNING, userOf } from '../answer.mjs';
import { decorated } from '../decorated.mjs';

export async function application({ variant: { features }, redis: url }) {
  const redis = new Redis(url);
  const network = new SilentNetwork();
  const keyOf = (featureKey, userId) => `sdk:${featureKey}_${userId}`;
  const vwo = await init({
    accountId: ACCOUNT_ID,
    sdkKey: SDK_KEY,
    settings: settings(features),
    storage: {
      async get(featureKey, userId) {
        return JSON.parse(await redis.get(keyOf(featureKey, userId)));
      },
      async set(record) {
        await redis.set(keyOf(record.featureKey, record.userId), JSON.stringify(record));
      },
    },
    network: { client: network },
    logger: { level: 'ERROR' },
  });

  class FlagsController {
    async flags(request) {
      const context = { id: userOf(request) };
      const answer = {};
      for (const key of KEYS) answer[key] = (await vwo.getFlag(key, context)).isEnabled();
      return answer;
    }
    async variations(request) {
      const context = { id: userOf(request) };
      const answer = {};
      for (const key of KEYS) answer[key] = (await vwo.getFlag(key, context)).getVariable('button', 'off');
      return answer;
    }
  }
  decorated(FlagsController, {
    class: [Controller()],
    methods: { flags: [Get()], variations: [Get('variations')] },
    parameters: { flags: [[Req()]], variations: [[Req()]] },
  });

  return {
    module: { controllers: [FlagsController] },
    async ready() {
      const flags = prepare(settings(features));
      const batch = redis.pipeline();
      for (const id of RETURNING) {
        KEYS.forEach((key, index) => {
          const { variationId } = decide(flags, key, { id });
          batch.set(keyOf(key, id), JSON.stringify(storedRecord(index, id, variationId)));
        });
      }
      await batch.exec();
    },
    faults: () => ({ 'events sent': network.take() }),
  };
}
