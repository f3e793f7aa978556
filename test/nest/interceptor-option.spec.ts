import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, UseInterceptors } from '@nestjs/common';
import { InjectVwo, UseFlags, VwoInterceptor, VwoModule, type VwoModuleExtras, VwoService } from '../../lib/index.js';
import { closeApps, type NestApp, startApp } from '../e2e/nest-app.js';
import { FakeClient } from './request/fake-client.js';

let unnamed: FakeClient;
let named: FakeClient;
beforeEach(() => {
  unnamed = new FakeClient(() => ({ on: {} }));
  named = new FakeClient(() => ({ on: {} }));
});
afterEach(closeApps);

@Injectable()
class Deep {
  constructor(
    private readonly vwo: VwoService,
    @InjectVwo('b') private readonly b: VwoService,
  ) {}
  read(): object {
    return { a: attempt(this.vwo), b: attempt(this.b) };
  }
}

const attempt = (vwo: VwoService): string => {
  try {
    return vwo.isEnabled('on') ? 'on' : 'off';
  } catch (error) {
    return (error as Error).name;
  }
};

@Controller()
class Handlers {
  constructor(private readonly deep: Deep) {}

  @Get('plain')
  plain(): object {
    return this.deep.read();
  }

  @Get('naming')
  @UseFlags(['on'], { client: 'b' })
  naming(): object {
    return this.deep.read();
  }

  @Get('bound')
  @UseInterceptors(VwoInterceptor)
  bound(): object {
    return this.deep.read();
  }

  @Get('bound-naming')
  @UseFlags(['on'], { client: 'b' })
  @UseInterceptors(VwoInterceptor)
  boundNaming(): object {
    return this.deep.read();
  }
}

/** What the services read in each handler. */
async function read(a: VwoModuleExtras, b: VwoModuleExtras): Promise<Record<string, unknown>> {
  const imports = [VwoModule.forRoot({ ...a, client: unnamed }), VwoModule.forRoot({ ...b, name: 'b', client: named })];
  const app: NestApp = await startApp({ imports, controllers: [Handlers], providers: [Deep] });
  const paths = ['plain', 'naming', 'bound', 'bound-naming'];
  const answers = await Promise.all(paths.map(async (path) => (await app.get(`/${path}`, 'alice')).json()));
  return Object.fromEntries(paths.map((path, i) => [path, answers[i]]));
}

const OUT = 'VwoOutsideVisitError';

describe('the option `interceptor`', () => {
  it('unset, opens visits of the module without a name for every handler, of one with a name where it is named', async () => {
    expect(await read({}, {})).toEqual({
      plain: { a: 'on', b: OUT },
      naming: { a: 'on', b: 'on' },
      bound: { a: 'on', b: OUT },
      'bound-naming': { a: 'on', b: 'on' },
    });
    expect([unnamed.visits.length, named.visits.length]).toEqual([4, 2]);
  });

  it('true, opens visits of a module with a name for every handler, too', async () => {
    const both = { a: 'on', b: 'on' };
    const all = { plain: both, naming: both, bound: both, 'bound-naming': both };
    expect(await read({}, { interceptor: true })).toEqual(all);
  });

  it('false, opens them only for handlers with an interceptor of their own', async () => {
    expect(await read({ interceptor: false }, { interceptor: false })).toEqual({
      plain: { a: OUT, b: OUT },
      naming: { a: OUT, b: OUT },
      bound: { a: 'on', b: OUT },
      'bound-naming': { a: 'on', b: 'on' },
    });
  });

  it('false for the one and unset for the other, opens what a handler names, and all with an interceptor of its own', async () => {
    expect(await read({ interceptor: false }, {})).toEqual({
      plain: { a: OUT, b: OUT },
      naming: { a: OUT, b: 'on' },
      bound: { a: 'on', b: OUT },
      'bound-naming': { a: 'on', b: 'on' },
    });
  });

  it('is bound once, however many modules there are: one visit of each client for a request', async () => {
    await read({ interceptor: true }, { interceptor: true });
    expect([unnamed.visits.length, named.visits.length]).toEqual([4, 4]);
    expect([...unnamed.visits, ...named.visits].map(({ ends }) => ends)).toEqual(Array(8).fill(1));
  });

  it('says what to do where a service reads a client that the handler does not name', async () => {
    const imports = [VwoModule.forRoot({ client: unnamed }), VwoModule.forRoot({ name: 'b', client: named })];
    const { app } = await startApp({ imports, controllers: [Handlers], providers: [Deep] });
    const b = app.get<VwoService>('VwoService:b');
    expect(() => b.flag('on')).toThrow("@UseFlags(['key'], { client: 'b' })");
  });
});
