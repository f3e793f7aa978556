/**
 * The floor without a network: the user from the request, five stored records looked up and checked, an `AsyncLocalStorage`, the
 * end of the response; by an interceptor, a guard, or a middleware (on Fastify a hook).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller, Get, Injectable } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Observable } from 'rxjs';
import { storedFlags } from '../../stored-flags.mjs';
import { onOff, userOf } from '../answer.mjs';
import { decorated } from '../decorated.mjs';

export function application({ variant: { mount } }) {
  const scope = new AsyncLocalStorage();
  const { visitOf, buttonOf } = storedFlags();
  let ended = 0;
  const end = () => (ended += 1);

  class Floor {
    canActivate(context) {
      const http = context.switchToHttp();
      scope.enterWith(visitOf(userOf(http.getRequest())));
      const response = http.getResponse();
      (response.raw ?? response).once('close', end);
      return true;
    }
    intercept(context, next) {
      const visit = visitOf(userOf(context.switchToHttp().getRequest()));
      return new Observable((subscriber) => {
        subscriber.add(end);
        return scope.run(visit, () => next.handle().subscribe(subscriber));
      });
    }
  }
  class FlagsController {
    flags() {
      return onOff((key) => buttonOf(scope.getStore(), key) !== 'off');
    }
    variations() {
      const answer = {};
      onOff((key) => (answer[key] = buttonOf(scope.getStore(), key)));
      return answer;
    }
  }
  decorated(Floor, { class: [Injectable()] });
  decorated(FlagsController, {
    class: [Controller()],
    methods: { flags: [Get()], variations: [Get('variations')] },
  });

  const bound = { guard: APP_GUARD, interceptor: APP_INTERCEPTOR }[mount];
  const middleware = (request, response, next) => {
    (response.raw ?? response).once('close', end);
    scope.run(visitOf(userOf(request)), next);
  };
  return {
    module: { controllers: [FlagsController], providers: bound ? [{ provide: bound, useClass: Floor }] : [] },
    ready(app) {
      if (bound) return;
      const adapter = app.getHttpAdapter();
      if (adapter.getType() === 'fastify') adapter.getInstance().addHook('onRequest', middleware);
      else app.use(middleware);
    },
  };
}
