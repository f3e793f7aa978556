/**
 * No library: the answer is fixed. With a guard or an interceptor that does nothing, one that opens AsyncLocalStorage, or
 * one that Nest builds anew for each request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller, Get, Injectable, Scope as Lifetime } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { decorated } from '../decorated.mjs';
import { onOff } from '../answer.mjs';

export function application({ variant: { guard = false, interceptor } }) {
  class Nothing {
    canActivate() {
      return true;
    }
    intercept(_context, next) {
      return next.handle();
    }
  }
  const scope = new AsyncLocalStorage();
  class Scope {
    intercept(_context, next) {
      return scope.run({}, () => next.handle());
    }
  }
  class FlagsController {
    flags() {
      return onOff(() => true);
    }
  }
  const perRequest = interceptor === 'request-scoped';
  decorated(Nothing, { class: [Injectable(perRequest ? { scope: Lifetime.REQUEST } : {})] });
  decorated(Scope, { class: [Injectable()] });
  decorated(FlagsController, { class: [Controller()], methods: { flags: [Get()] } });
  return {
    module: {
      controllers: [FlagsController],
      providers: [
        ...(guard ? [{ provide: APP_GUARD, useClass: Nothing }] : []),
        ...(interceptor
          ? [
              {
                provide: APP_INTERCEPTOR,
                useClass: interceptor === 'scope' ? Scope : Nothing,
                ...(perRequest && { scope: Lifetime.REQUEST }),
              },
            ]
          : []),
      ],
    },
  };
}
