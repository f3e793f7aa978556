import { type INestApplication, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import type { VwoModuleOptions } from 'nestjs-vwo';
import { VwoEdge } from 'nestjs-vwo/testing';
import { LegacyModule } from './legacy.module.js';
import { LEGACY } from './legacy.path.js';

/**
 * VWO Full Stack beside feature flags, in one process and on one port: an older application that is not moved to feature flags
 * yet. It is a Nest application with a `VwoModule` of its own, mounted in the shop's Express as Express mounts any other. A
 * request is routed to one of the two, and meets the interceptor, the visit and the `VwoService` of that one only.
 * Two accounts inside one application: give the second `VwoModule` a `name` (docs/clients.md).
 */
@Injectable()
export class LegacyCorner implements OnModuleInit, OnApplicationShutdown {
  private corner: INestApplication | undefined;

  constructor(
    private readonly shop: HttpAdapterHost,
    private readonly options: VwoModuleOptions,
    private readonly edge: VwoEdge,
  ) {}

  /** Before the shop's own answer to unknown routes is in place. */
  async onModuleInit(): Promise<void> {
    this.corner = await NestFactory.create(LegacyModule.with(this.options, this.edge), {
      bodyParser: false, // the shop has read the body
      abortOnError: false,
    });
    await this.corner.init();
    this.shop.httpAdapter.use(LEGACY, this.corner.getHttpAdapter().getInstance());
  }

  /** The shop's server is closed by now, so no request reaches the corner any more: it saves and sends what is left. */
  async onApplicationShutdown(): Promise<void> {
    await this.corner?.close();
  }
}
