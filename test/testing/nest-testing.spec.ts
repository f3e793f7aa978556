import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, UseInterceptors } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Flag,
  getVwoToken,
  InjectVwo,
  RequireFlag,
  type VwoFlag,
  VwoGuard,
  VwoInterceptor,
  VwoService,
} from '../../lib/index.js';
import { getVwoTestingToken, VwoTestingFlags, VwoTestingModule } from '../../lib/entries/testing.js';
import { closeShops, PricingService, ShopController, startShop } from './shop.fixture.js';

afterEach(closeShops);

describe('several accounts', () => {
  @Injectable()
  class Both {
    constructor(
      readonly first: VwoService,
      @InjectVwo('second') readonly second: VwoService,
    ) {}
  }

  @Controller('both')
  class BothController {
    @Get()
    both(@Flag('beta') first: VwoFlag, @Flag('beta', { client: 'second' }) second: VwoFlag) {
      return [first.variation?.key, second.variation?.key];
    }

    @Get('gated')
    @RequireFlag('gate', { client: 'second' })
    gated() {
      return 'in';
    }
  }

  it('each have flags of their own, by name, in decorators, gates and services', async () => {
    const builder = Test.createTestingModule({
      imports: [
        VwoTestingModule.forRoot({ flags: { beta: { variation: 'a' }, gate: true } }),
        VwoTestingModule.forRoot({ name: 'second', flags: { beta: { variation: 'b' } } }),
      ],
      controllers: [BothController],
      providers: [Both],
    });
    const { module, get } = await startShop(builder);
    await get('/both').expect(200, ['a', 'b']);
    await get('/both/gated').expect(404);
    const [first, second] = [module.get(VwoTestingFlags), module.get<VwoTestingFlags>(getVwoTestingToken('second'))];
    second.set('gate', true);
    await get('/both/gated').expect(200);
    expect(first.exposures()).toEqual([{ user: 'test-user', key: 'beta', variation: 'a' }]);
    expect(second.exposures().map(({ key }) => key)).toEqual(['beta', 'gate']);
    expect(module.get(Both).second).toBe(module.get(getVwoToken('second')));
    first.reset();
    expect(second.exposures().length).toBe(2);
  });

  it('two without a name are refused, as in production', async () => {
    const imports = [VwoTestingModule.forRoot(), VwoTestingModule.forRoot()];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toThrow(/has a VwoModule without a name/);
  });
});

describe("what NestJS' own testing module overrides", () => {
  it('overrideGuard(VwoGuard) opens every gate', async () => {
    const imports = [VwoTestingModule.forRoot({ flags: { beta: false } })];
    const builder = Test.createTestingModule({ imports, controllers: [ShopController], providers: [PricingService] });
    builder.overrideGuard(VwoGuard).useValue({ canActivate: () => true });
    const { get, module } = await startShop(builder);
    await get('/beta').expect(200, 'in');
    await get('/').expect(200);
    expect(module.get(VwoTestingFlags).unset()).toEqual(['new-checkout']);
  });

  it('overrideGuard(VwoGuard) and overrideInterceptor(VwoInterceptor) need no module of ours', async () => {
    @Controller('beta')
    class BetaController {
      @Get()
      @RequireFlag('beta')
      @UseInterceptors(VwoInterceptor)
      beta() {
        return 'in';
      }
    }
    const builder = Test.createTestingModule({ controllers: [BetaController] });
    builder.overrideGuard(VwoGuard).useValue({ canActivate: () => true });
    builder
      .overrideInterceptor(VwoInterceptor)
      .useValue({ intercept: (_: unknown, next: { handle(): unknown }) => next.handle() });
    const { get } = await startShop(builder);
    await get('/beta').expect(200, 'in');
  });

  it('overrideProvider(VwoService) reaches services, while decorators read the flags that are set', async () => {
    const imports = [VwoTestingModule.forRoot({ flags: { 'new-checkout': true } })];
    const builder = Test.createTestingModule({ imports, controllers: [ShopController], providers: [PricingService] });
    builder.overrideProvider(VwoService).useValue({ variable: () => 25 });
    const { get } = await startShop(builder);
    await get('/price').expect(200, { discount: 25 });
    expect((await get('/')).body).toMatchObject({ on: true });
  });

  it('useMocker stands in for VwoService in a unit test without our module', async () => {
    const asked: unknown[] = [];
    const module = await Test.createTestingModule({ providers: [PricingService] })
      .useMocker((token) => {
        asked.push(token);
        return { variable: () => 15 };
      })
      .compile();
    expect(module.get(PricingService).discount()).toBe(15);
    expect(asked).toEqual([VwoService]);
    await module.close();
  });

  it('useMocker with a controller that has gates: its methods are called as they are', async () => {
    const module = await Test.createTestingModule({ controllers: [ShopController] })
      .useMocker(() => ({ discount: () => 5 }))
      .compile();
    expect(module.get(ShopController).price()).toEqual({ discount: 5 });
    expect(module.get(ShopController).beta()).toBe('in');
    await module.close();
  });

  it('useMocker beside VwoTestingModule mocks nothing of ours', async () => {
    const builder = Test.createTestingModule({
      imports: [VwoTestingModule.forRoot({ flags: { beta: true, pricing: { variables: { discount: 5 } } } })],
      controllers: [ShopController],
      providers: [PricingService],
    }).useMocker((token) => {
      throw new Error(`Mocked ${String(token)}`);
    });
    const { get } = await startShop(builder);
    await get('/beta').expect(200);
    await get('/price').expect(200, { discount: 5 });
  });
});
