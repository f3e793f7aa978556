import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  type FlagRequirement,
  RequireFlag,
  type ResolvedVwoOptions,
  type Visit,
  VisitOpener,
  VWO_OPTIONS,
  VwoGuard,
  VwoModule,
} from '../../../lib/index.js';
import { closeApps, LoginGuard, startApp } from '../../e2e/nest-app.js';
import { FakeClient, type Flags } from '../request/fake-client.js';

afterEach(closeApps);

const client = (): FakeClient => new FakeClient((user): Flags => (user?.id === 'alice' ? { beta: {} } : {}));

describe('a subclass of VwoGuard', () => {
  @Injectable()
  class Refusals {
    readonly lines: string[] = [];
  }

  @Injectable()
  class ToldGuard extends VwoGuard {
    constructor(private readonly refusals: Refusals) {
      super();
    }

    protected override refused(
      context: ExecutionContext,
      requirement: FlagRequirement,
      visit: Visit | undefined,
    ): Error {
      this.refusals.lines.push(`${visit?.user?.id}: ${requirement.key}`);
      return super.refused(context, requirement, visit);
    }
  }

  @Controller()
  class Gated {
    @Get()
    @RequireFlag('beta')
    beta(): object {
      return { in: true };
    }
  }

  it('has dependencies of its own, and is told of each refusal', async () => {
    const guards = [LoginGuard, ToldGuard].map((useClass) => ({ provide: APP_GUARD, useClass }));
    const providers = [Refusals, ...guards];
    const imports = [VwoModule.forRoot({ client: client() })];
    const { app, get } = await startApp({ imports, controllers: [Gated], providers }, { login: false });
    expect([(await get('/', 'alice')).status, (await get('/', 'bob')).status]).toEqual([200, 404]);
    expect(app.get(Refusals).lines).toEqual(['bob: beta']);
  });
});

describe('a guard of the application', () => {
  @Injectable()
  class OpensVisits implements CanActivate {
    constructor(
      private readonly opener: VisitOpener,
      @Inject(VWO_OPTIONS) private readonly options: ResolvedVwoOptions,
    ) {}

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const visit = await this.opener.openInGuard(context);
      return this.options.client !== undefined && visit?.flag('beta').isEnabled() === true;
    }
  }

  @Controller()
  class Guarded {
    @Get()
    @UseGuards(OpensVisits)
    beta(): object {
      return { in: true };
    }
  }

  it('may inject the opener of visits and the options', async () => {
    const fake = client();
    const { get } = await startApp({ imports: [VwoModule.forRoot({ client: fake })], controllers: [Guarded] });
    expect([(await get('/', 'alice')).status, (await get('/', 'bob')).status]).toEqual([200, 403]);
    expect(fake.visits.map(({ user }) => user?.id)).toEqual(['alice', 'bob']);
  });
});
