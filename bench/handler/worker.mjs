/**
 * One contender of `bench:handler` in a process of its own: Nest's own interceptor machinery runs its interceptor and a handler
 * that reads five flags, on requests of Node's without a socket. Tells its parent `{ ready }`, then answers `{ count }` with the
 * CPU µs per request, and `{ check: true }` with what the handler answers for one user.
 */
import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { IncomingMessage } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { Observable } from 'rxjs';
import { settings } from '../account.mjs';
import { load } from '../library.mjs';
import { untilNear } from '../near-cache.mjs';
import { KEYS, onOff, RETURNING, userOf } from '../request/answer.mjs';
import { decorated } from '../request/decorated.mjs';
import { FLAGS } from '../request/modes.mjs';
import { storedFlags } from '../stored-flags.mjs';

/** Requests under way at once. */
const AT_ONCE = 50;

const NO_SOCKET = { remoteAddress: '127.0.0.1' };

const CONTENDERS = {
  nothing: () => ({ interceptor: { intercept: (_context, next) => next.handle() }, read: () => onOff(() => 'green') }),
  'hand-written': handWritten,
  ours: () => ours(),
  near: async () => {
    const { RedisStorage } = await load('redis');
    return ours({ storage: new RedisStorage({ url: process.argv[4], nearCache: {} }) });
  },
};

class FlagsController {
  flags() {
    return read();
  }
}

const { interceptor, read } = await CONTENDERS[process.argv[2]]();
const consumer = new InterceptorsConsumer();
const controller = new FlagsController();
const handler = controller.flags;
let asked = 0;

process.on('message', ({ count, check }) => {
  (check ? one() : timed(count)).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error.stack }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });

/**
 * The least that does the same: the user of the request, what was stored, looked up and checked against the settings, a scope,
 * the end of the answer.
 */
function handWritten() {
  const scope = new AsyncLocalStorage();
  const { visitOf, buttonOf } = storedFlags();
  let ended = 0;
  const interceptor = {
    intercept(context, next) {
      const visit = visitOf(userOf(context.switchToHttp().getRequest()));
      return new Observable((subscriber) => {
        subscriber.add(() => (ended += 1));
        return scope.run(visit, () => next.handle().subscribe(subscriber));
      });
    },
  };
  return { interceptor, read: () => onOff((key) => buttonOf(scope.getStore(), key)) };
}

async function ours(options) {
  const { UseFlags, VwoInterceptor, VwoModule, VwoService } = await load();
  const flags = VwoModule.forRoot({
    settings: settings(FLAGS),
    baseUrl: process.argv[3],
    ...options,
    user: (context) => ({ id: userOf(context.switchToHttp().getRequest()) }),
  });
  const app = await NestFactory.createApplicationContext(
    decorated(class AppModule {}, { class: [Module({ imports: [flags] })] }),
    { logger: ['error'] },
  );
  const vwo = app.get(VwoService, { strict: false });
  const visits = async () => {
    for (const id of RETURNING) await vwo.run({ id }, (visit) => KEYS.map((key) => visit.flag(key)), KEYS);
  };
  await visits();
  if (options?.storage) await untilNear(vwo.client, visits);
  if (!(await vwo.flush())) throw new Error('the impressions of the first visits could not be delivered');
  UseFlags(...KEYS)(FlagsController);
  const interceptor = app.get(VwoInterceptor, { strict: false });
  return { interceptor, read: () => onOff((key) => vwo.variable(key, 'button', 'off')) };
}

async function timed(count) {
  globalThis.gc({ type: 'minor' });
  const before = process.cpuUsage();
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    await new Promise(setImmediate);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

async function one() {
  const request = new IncomingMessage(NO_SOCKET);
  request.headers = { 'x-user-id': RETURNING[asked++ % RETURNING.length], 'user-agent': 'bench' };
  const answers = await consumer.intercept(
    [interceptor],
    [request, {}],
    controller,
    handler,
    () => Promise.resolve(handler.call(controller)),
    'http',
  );
  return new Promise((resolve, reject) => {
    let answer;
    answers.subscribe({ next: (value) => (answer = value), error: reject, complete: () => resolve(answer) });
  });
}
