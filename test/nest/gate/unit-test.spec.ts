import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { RequireFlag, VwoGuard, VwoInterceptor, VwoModule } from '../../../lib/index.js';
import { closeApps, startApp } from '../../e2e/nest-app.js';
import { FakeClient, type Flags } from '../request/fake-client.js';

afterEach(closeApps);

@Controller()
class Gated {
  @Get()
  @RequireFlag('beta')
  beta(): object {
    return { in: true };
  }
}

@Controller()
@RequireFlag('beta')
class GatedArea {
  @Get()
  beta(): object {
    return { in: true };
  }
}

/** What its only route answers. */
async function statusOf(module: TestingModule): Promise<number> {
  const app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  const { status } = await fetch(await app.getUrl());
  await app.close();
  return status;
}

describe.each([
  ['whose handler is gated', Gated],
  ['that is gated as a whole', GatedArea],
])('a unit test of a controller %s', (_what, controller) => {
  it('builds it without the module of VWO', async () => {
    const module = await Test.createTestingModule({ controllers: [controller] }).compile();
    expect(module.get(controller).beta()).toEqual({ in: true });
    await module.close();
  });

  it('opens the gate with overrideGuard(VwoGuard)', async () => {
    const builder = Test.createTestingModule({ controllers: [controller] });
    const module = await builder
      .overrideGuard(VwoGuard)
      .useValue({ canActivate: () => true })
      .compile();
    expect(await statusOf(module)).toBe(200);
  });

  it('says what is missing when the gate is asked without the module of VWO', async () => {
    const { get, logged } = await startApp({ controllers: [controller] });
    expect((await get('/', 'alice')).status).toBe(500);
    expect(logged.lines.join('\n')).toMatch(/RequireFlag.*VwoModule|VwoModule.*RequireFlag/);
  });

  it('has the gate of the module where that is there', async () => {
    const client = new FakeClient((user): Flags => (user?.id === 'alice' ? { beta: {} } : {}));
    const { get } = await startApp({ imports: [VwoModule.forRoot({ client })], controllers: [controller] });
    expect([(await get('/', 'alice')).status, (await get('/', 'bob')).status]).toEqual([200, 404]);
  });
});

describe('an application with the module of VWO', () => {
  it('opens its gates with overrideGuard(VwoGuard)', async () => {
    const imports = [VwoModule.forRoot({ client: new FakeClient() })];
    const builder = Test.createTestingModule({ imports, controllers: [Gated] });
    const module = await builder
      .overrideGuard(VwoGuard)
      .useValue({ canActivate: () => true })
      .compile();
    expect(await statusOf(module)).toBe(200);
  });
});

describe('a unit test of a controller with @UseInterceptors(VwoInterceptor)', () => {
  @Controller()
  @UseInterceptors(VwoInterceptor)
  class Bound {
    @Get()
    bound(): object {
      return { in: true };
    }
  }

  it('does without it with overrideInterceptor(VwoInterceptor)', async () => {
    const builder = Test.createTestingModule({ controllers: [Bound] });
    const override = { intercept: (_context: unknown, next: { handle(): unknown }) => next.handle() };
    const module = await builder.overrideInterceptor(VwoInterceptor).useValue(override).compile();
    expect(module.get(Bound).bound()).toEqual({ in: true });
    await module.close();
  });
});
