import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { ShopModule } from './shop.module.js';
import { shopVwo, type ShopVwo } from './vwo/shop.vwo.js';

try {
  const port = portOf(process.env['PORT']);
  const vwo = await shopVwo(process.env);
  await openShop(vwo, port).catch(async (error: unknown) => {
    await vwo.edge?.close();
    throw taken(error, port);
  });
} catch (error) {
  console.error(`The shop could not open: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function openShop(vwo: ShopVwo, port: number): Promise<void> {
  const app = await NestFactory.create(ShopModule.with(vwo), {
    logger: ['warn', 'error', 'fatal'],
    abortOnError: false,
  });
  // SIGINT and SIGTERM: requests end, decisions are saved, queued events leave, then the process goes, and its VWO with it.
  app.enableShutdownHooks();
  try {
    await app.listen(port, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.getHttpServer().address() as AddressInfo;
  console.log(whatToTry(`http://localhost:${address.port}`, vwo));
}

function portOf(given = '3000'): number {
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`PORT must be a number from 0 to 65535, got ${given}`);
}

function taken(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Error(`port ${port} is taken. Choose another one: PORT=${port + 1} npm run sample`);
}

function whatToTry(url: string, { flagsFrom, rememberedIn, edge, legacy }: ShopVwo): string {
  return `
The shop is open: ${url}

  flags from      ${flagsFrom}
  remembered in   ${rememberedIn}

Try
  ${url}/?user=alice     a gold customer; then bob, carol, dave, or your own name
  curl ${url}/checkout -H 'x-user-id: carol'
  curl ${url}/price -H 'x-user-id: carol'
  curl -i ${url}/beta -H 'x-user-id: bob'     404, and 200 for alice
  curl -X POST ${url}/order -H 'x-user-id: carol' -d product=huila
${edge ? `  curl ${url}/events -H 'x-user-id: carol'     what VWO has received about her\n` : ''}${legacy ? legacyToTry(url) : ''}
Ctrl+C closes the shop.
`;
}

function legacyToTry(url: string): string {
  return `
The legacy corner, on VWO Full Stack
  ${url}/legacy?user=dave
  curl ${url}/legacy/checkout -H 'x-user-id: dave'
  curl -X POST ${url}/legacy/order -H 'x-user-id: dave'     a goal, tracked once
`;
}
