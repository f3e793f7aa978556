/**
 * The floor: what an application cannot go below that asks Redis about its user once per request. An interceptor (or a
 * guard) does one HGETALL, looks up five fields and leaves on the request which are there; nothing is parsed or decided.
 * The hash holds the bytes that this library's records have.
 */
import { Controller, Get, Injectable, Req } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Redis } from 'ioredis';
import { storedRecord } from '../../account.mjs';
import { KEYS, onOff, RETURNING, userOf } from '../answer.mjs';
import { decorated } from '../decorated.mjs';

export function application({ variant: { guard = false }, redis: url }) {
  const redis = new Redis(url);

  async function look(context) {
    const request = context.switchToHttp().getRequest();
    const fields = await redis.hgetall(`floor:${userOf(request)}`);
    request.flags = onOff((key) => fields[key] !== undefined);
  }

  class Floor {
    async canActivate(context) {
      await look(context);
      return true;
    }
    async intercept(context, next) {
      await look(context);
      return next.handle();
    }
  }
  class FlagsController {
    flags(request) {
      return request.flags;
    }
  }
  decorated(Floor, { class: [Injectable()] });
  decorated(FlagsController, { class: [Controller()], methods: { flags: [Get()] }, parameters: { flags: [[Req()]] } });

  return {
    module: {
      controllers: [FlagsController],
      providers: [{ provide: guard ? APP_GUARD : APP_INTERCEPTOR, useClass: Floor }],
    },
    async ready() {
      const batch = redis.pipeline();
      for (const id of RETURNING) {
        KEYS.forEach((key, index) => batch.hset(`floor:${id}`, key, JSON.stringify(storedRecord(index, id, 1))));
      }
      await batch.exec();
    },
  };
}
