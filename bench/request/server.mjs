/**
 * One Nest application with one handler under load: `GET /` answers which of five flags are on for the user in the header
 * `x-user-id`. A mode says by what means. `GET /variations`, where a mode has it, tells the variation of each flag; it is
 * read before the load only. Tells its parent `{ url }`; then `begin` and `end` give the CPU time between them.
 */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { decorated } from './decorated.mjs';
import { MODES } from './modes.mjs';

const { mode, platform, ...places } = JSON.parse(process.argv[2]);
const { how, variant = {}, redis = false } = MODES[mode];
const { application } = await import(`./modes/${how}.mjs`);
const { module, ready, faults } = await application({
  variant,
  redis: redis ? places.redis : undefined,
  ...pick(places),
});

const adapter = platform === 'Fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(decorated(class AppModule {}, { class: [Module(module)] }), adapter, {
  logger: ['error'], // what goes wrong in the library is in its counters: `faults`
});
await ready?.(app);
await app.listen(0, '127.0.0.1');

let before;
process.on('message', async (message) => {
  if (message === 'begin') {
    await idle();
    before = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(before);
  process.send({ cpu: user + system, faults: faults?.(app) });
});
process.on('disconnect', () => process.exit());
process.send({ url: `http://127.0.0.1:${app.getHttpServer().address().port}` });

/** What the warm-up left unanswered must not be paid for in the measurement. */
async function idle() {
  for (let round = 0; round < 200; round += 1) {
    const since = performance.eventLoopUtilization();
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (performance.eventLoopUtilization(since).utilization < 0.1) return;
  }
}

function pick({ collector }) {
  return { collector };
}
