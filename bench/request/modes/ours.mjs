/**
 * This library, bound by its interceptor; the handler reads five flags from `VwoService`. Variants: `read: 'parameters'`,
 * five `@FlagEnabled` parameters; `read: 'guard'`, no interceptor: a guard opens the visit and the handler reads from it;
 * `preload: 'declared'`, one HMGET of the five keys instead of one HGETALL; `sdk`, VWO's own SDK decides, with settings of
 * `features` features; `mount`, another way than the interceptor; `telemetry`, OpenTelemetry's SDK is told of visits and evaluations.
 */
import { Controller, Get, Inject, Injectable, Req, UseGuards } from '@nestjs/common';
import { settings } from '../../account.mjs';
import { untilNear } from '../../near-cache.mjs';
import { load } from '../../library.mjs';
import { KEYS, onOff, RETURNING, userOf } from '../answer.mjs';
import { decorated } from '../decorated.mjs';
import { FLAGS } from '../modes.mjs';

const { FlagEnabled, UseFlags, VwoModule, VwoService } = await load();

export async function application({ variant, redis, collector }) {
  const {
    read = 'service',
    preload = 'all',
    sdk = false,
    features = FLAGS,
    telemetry = false,
    mount,
    nearCache = false,
  } = variant;
  const guarded = read === 'guard';
  let seeded; // what the first visits counted

  class VisitGuard {
    constructor(vwo) {
      this.vwo = vwo;
    }
    async canActivate(context) {
      const visit = await this.vwo.open(context);
      context.switchToHttp().getRequest().visit = visit;
      return true;
    }
  }
  class FlagsController {
    constructor(vwo) {
      this.vwo = vwo;
    }
    flags(request, ...parameters) {
      if (read === 'parameters') return onOff((key) => [request, ...parameters][KEYS.indexOf(key)]);
      if (guarded) return onOff((key) => request.visit.flag(key).isEnabled());
      return onOff((key) => this.vwo.isEnabled(key));
    }
    variations(request) {
      return this.vwo.run({ id: userOf(request) }, variationsOf, KEYS);
    }
  }
  decorated(VisitGuard, { class: [Injectable()], parameters: { constructor: [[Inject(VwoService)]] } });
  decorated(FlagsController, {
    class: [Controller()],
    methods: {
      flags: [Get(), UseFlags(...KEYS), ...(guarded ? [UseGuards(VisitGuard)] : [])],
      variations: [Get('variations')],
    },
    parameters: {
      constructor: [[Inject(VwoService)]],
      flags: read === 'parameters' ? KEYS.map((key) => [FlagEnabled(key)]) : [[Req()]],
      variations: [[Req()]],
    },
  });

  return {
    module: {
      imports: [
        VwoModule.forRoot({
          ...(sdk ? { client: await onSdk(features) } : { settings: settings(features) }),
          baseUrl: collector,
          user: (context) => ({ id: userOf(context.switchToHttp().getRequest()) }),
          ...(guarded && { interceptor: false }),
          ...(mount && { mount }),
          preload,
          ...(redis && { storage: await redisStorage(redis, nearCache) }),
        }),
      ],
      controllers: [FlagsController],
    },
    async ready(app) {
      await app.init();
      const vwo = app.get(VwoService);
      if (telemetry) await (await import('../telemetry.mjs')).telemetryOf(vwo.client);
      const visits = () => inTurn(RETURNING, (id) => vwo.run({ id }, variationsOf, KEYS));
      await visits();
      if (nearCache) await untilNear(vwo.client, visits);
      if (!(await vwo.flush())) throw new Error('the impressions of the first visits could not be delivered');
      seeded = vwo.counters();
    },
    faults(app) {
      const now = app.get(VwoService).counters();
      const since = (name) => now[name] - seeded[name];
      return {
        'flags decided anew': since('decisions'),
        'storage reads failed': since('storageReadFailures'),
        'events sent': since('eventsQueued'),
      };
    },
  };
}

function variationsOf(visit) {
  return Object.fromEntries(KEYS.map((key) => [key, visit.flag(key).getVariable('button', 'off')]));
}

async function onSdk(features) {
  const { officialSdk } = await load('sdk');
  return officialSdk({ settings: settings(features) });
}

async function redisStorage(url, nearCache) {
  const { RedisStorage } = await load('redis');
  return new RedisStorage({ url, ...(nearCache && { nearCache: {} }) });
}

async function inTurn(list, work) {
  for (const one of list) await work(one);
}
