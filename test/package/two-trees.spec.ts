import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manifestOf, ROOT } from './manifest.js';
import { NEST_PEERS, PackedPackage, type Project } from './packed-package.js';

/** By its path, past the condition `module-sync`, as Jest in CommonJS mode and older bundlers find it by `require`. */
const COMMONJS = './node_modules/nestjs-vwo/dist/cjs';

/** A library as CommonJS, compiled: a controller that reads a flag in each way there is, and what it catches. */
const LIBRARY = `
  require('reflect-metadata');
  const { Controller, Get } = require('@nestjs/common');
  const vwo = require('${COMMONJS}/index.js');
  const { vwoConfig } = require('${COMMONJS}/entries/config.js');

  class LibraryHandlers {
    constructor(service) { this.service = service; }
    read(flag, user) {
      return { parameter: flag.isEnabled(), service: this.service.isEnabled('ab'), same: this.service.flag('ab') === flag, user: user.id };
    }
    gated() { return { gated: true }; }
  }
  const decorate = (name, ...decorators) => {
    for (const decorator of decorators) decorator(LibraryHandlers.prototype, name, Object.getOwnPropertyDescriptor(LibraryHandlers.prototype, name));
  };
  decorate('read', Get('library'));
  decorate('gated', vwo.RequireFlag('off'), Get('gated'));
  vwo.Flag('ab')(LibraryHandlers.prototype, 'read', 0);
  vwo.VwoUser()(LibraryHandlers.prototype, 'read', 1);
  Reflect.defineMetadata('design:paramtypes', [vwo.VwoService], LibraryHandlers);
  Controller()(LibraryHandlers);

  const caught = (work) => {
    try { work(); } catch (error) { return error instanceof vwo.VwoOptionsError; }
  };
  module.exports = { LibraryHandlers, caught, vwoConfig, vwo };`;

/** The application, of ES modules. `first`: which of the two copies it loads first. */
const application = (first: 'esm' | 'cjs') => `
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  ${first === 'cjs' ? "require('./library.cjs');" : ''}
  await import('reflect-metadata');
  const { Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const vwo = await import('nestjs-vwo');
  const { VwoModule, VwoService, MemoryStorage } = vwo;
  const { accountSettings, feature, rollout, VwoEdge } = await import('nestjs-vwo/testing');
  const library = require('./library.cjs');

  const edge = await VwoEdge.start({ settings: accountSettings({ features: [feature('ab', [rollout()])] }) });
  const account = { accountId: 123456, sdkKey: 'k', baseUrl: edge.url, user: () => ({ id: 'ann' }) };
  class AppModule {}
  Module({
    imports: [VwoModule.forRoot(account), library.vwo.VwoModule.forRoot({ ...account, name: 'second', storage: new MemoryStorage() })],
    controllers: [library.LibraryHandlers],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const get = async (path) => (await fetch(url + path)).json();

  Object.assign(process.env, { VWO_ACCOUNT_ID: '123456', VWO_SDK_KEY: 'k', VWO_POLL_INTERVAL: '60' });
  const { VwoModule: own } = vwo;
  const refused = await NestFactory.createApplicationContext(own.forRootAsync({ useFactory: library.vwoConfig }), { logger: false, abortOnError: false })
    .catch((error) => error.message);

  console.log(JSON.stringify({
    copies: vwo.FmeClient !== library.vwo.FmeClient,
    library: await get('/library'),
    gated: (await get('/gated')).statusCode,
    caught: library.caught(() => VwoModule.forRoot({ colour: 'blue' })),
    storage: app.get(library.vwo.VwoStorage) === app.get(vwo.VwoStorage),
    second: await app.get(vwo.getVwoToken('second')).run({ id: 'bob' }, (visit) => visit.flag('ab').isEnabled()),
    current: await app.get(VwoService).run({ id: 'bob' }, () => app.get(library.vwo.VwoService).isEnabled('ab')),
    refused: refused.includes('VWO_POLL_INTERVAL'),
  }));
  await app.close();
  await edge.close();`;

/** A test of that application. `first`: which copy its modules come from; flags are overridden by the other one. */
const testOf = (first: 'esm' | 'cjs') => `
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  const copies = {
    esm: async () => [await import('nestjs-vwo'), await import('nestjs-vwo/testing')],
    cjs: async () => [require('${COMMONJS}/index.js'), require('${COMMONJS}/entries/testing.js')],
  };
  await import('reflect-metadata');
  const { Test } = await import('@nestjs/testing');
  const [{ VwoModule, VwoService }, its] = await copies.${first}();
  const [other, { overrideVwo }] = await copies.${first === 'esm' ? 'cjs' : 'esm'}();

  const builder = Test.createTestingModule({ imports: [VwoModule.forRoot({ accountId: 1, sdkKey: 'real' })] });
  const flags = overrideVwo(builder, { flags: { ab: true } });
  const module = await builder.compile();
  const isOn = await module.get(VwoService).run({ id: 'ann' }, (visit) => visit.flag('ab').isEnabled());
  console.log(JSON.stringify({ copies: overrideVwo !== its.overrideVwo, isOn, exposures: flags.exposures().length }));
  await module.close();`;

let packed: PackedPackage;
let project: Project;
beforeAll(async () => {
  packed = await PackedPackage.pack();
  const { dependencies } = await manifestOf(ROOT);
  project = await packed.linkedWith(...Object.keys(dependencies), ...NEST_PEERS, '@nestjs/testing');
  await project.write('library.cjs', LIBRARY);
});
afterAll(() => packed.remove());

describe('an application of ES modules and a CommonJS library', () => {
  it('load one and the same package, on every Node that is supported', async () => {
    const program = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const entries = ${JSON.stringify(['nestjs-vwo', 'nestjs-vwo/client', 'nestjs-vwo/config', 'nestjs-vwo/testing'])};
      for (const entry of entries) console.log(entry, require(entry) === (await import(entry)));`;
    expect(await project.prints(program)).toBe(
      'nestjs-vwo true\nnestjs-vwo/client true\nnestjs-vwo/config true\nnestjs-vwo/testing true\n',
    );
  });

  it.each(['esm', 'cjs'] as const)(
    'meet in one visit, one injector and one set of errors where they load a copy each: %s first',
    async (first) => {
      const printed = await project.prints(application(first), 'app.mjs');
      expect(JSON.parse(printed)).toEqual({
        copies: true,
        library: { parameter: true, service: true, same: true, user: 'ann' },
        gated: 404,
        caught: true,
        storage: true,
        second: true,
        current: true,
        refused: true,
      });
    },
  );

  it.each(['esm', 'cjs'] as const)(
    'meet in a test that overrides the flags of modules of the other copy: %s first',
    async (first) => {
      const printed = await project.prints(testOf(first), 'test.mjs');
      expect(JSON.parse(printed)).toEqual({ copies: true, isOn: true, exposures: 1 });
    },
  );
});
