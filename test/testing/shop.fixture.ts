import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, Module, Post } from '@nestjs/common';
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import request from 'supertest';
import { LogLines } from '../e2e/nest-app.js';
import { Flag, FlagVariable, RequireFlag, type VwoFlag, VwoService } from '../../lib/index.js';

/** Reads deep down, as an application's services do. */
@Injectable()
export class PricingService {
  constructor(private readonly vwo: VwoService) {}

  discount(): number {
    return this.vwo.variable('pricing', 'discount', 0);
  }

  order(total: number): boolean {
    return this.vwo.track('purchase', { total }) && this.vwo.setAttribute({ plan: 'gold' });
  }
}

@Controller()
export class ShopController {
  constructor(private readonly pricing: PricingService) {}

  @Get()
  home(@Flag('new-checkout') flag: VwoFlag, @FlagVariable('new-checkout', 'button', 'blue') button: string) {
    return { on: flag.isEnabled(), variation: flag.variation?.key, reason: flag.reason, button };
  }

  @Get('beta')
  @RequireFlag('beta')
  beta() {
    return 'in';
  }

  @Get('session')
  session(@Flag('beta') flag: VwoFlag) {
    return { session: flag.getSessionId() };
  }

  @Get('price')
  price() {
    return { discount: this.pricing.discount() };
  }

  @Post('order')
  order() {
    return { tracked: this.pricing.order(10) };
  }
}

/** Logs in whoever the header `x-user` names. */
@Injectable()
export class LoginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: { id: string } }>();
    const id = http.headers['x-user'];
    if (id) http.user = { id };
    return true;
  }
}

const SHOP: ModuleMetadata = {
  controllers: [ShopController],
  providers: [PricingService, { provide: APP_GUARD, useClass: LoginGuard }],
};

type Imports = NonNullable<ModuleMetadata['imports']>;

/** The root module of an application. */
export function appModule(...imports: Imports): Type {
  @Module({ ...SHOP, imports })
  class AppModule {}
  return AppModule;
}

const started: INestApplication[] = [];

/** For `afterEach`. */
export async function closeShops(): Promise<void> {
  for (const app of started.splice(0)) await app.close();
}

export interface Shop {
  readonly module: TestingModule;
  readonly logged: LogLines;
  get(path: string, headers?: Readonly<Record<string, string>>): request.Test;
  post(path: string, headers?: Readonly<Record<string, string>>): request.Test;
}

export async function startShop(builder: TestingModuleBuilder): Promise<Shop> {
  const logged = new LogLines();
  const module = await builder.setLogger(logged).compile();
  const app = module.createNestApplication();
  started.push(app);
  await app.init();
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  return {
    module,
    logged,
    get: (path, headers = {}) => request(server).get(path).set(headers),
    post: (path, headers = {}) => request(server).post(path).set(headers),
  };
}

export function shopOf(...imports: Imports): Promise<Shop> {
  return startShop(Test.createTestingModule({ ...SHOP, imports }));
}
