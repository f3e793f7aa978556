import { type DynamicModule, Module } from '@nestjs/common';
import { VwoModule, type VwoModuleOptions } from 'nestjs-vwo';
import { VwoEdge } from 'nestjs-vwo/testing';
import { MemoryService } from '../page/memory.service.js';
import { LegacyController } from './legacy.controller.js';

/** The root of an application of its own, beside the shop's. */
@Module({})
export class LegacyModule {
  static with(options: VwoModuleOptions, edge: VwoEdge): DynamicModule {
    return {
      module: LegacyModule,
      imports: [VwoModule.forRoot(options)],
      controllers: [LegacyController],
      providers: [MemoryService, { provide: VwoEdge, useValue: edge }],
    };
  }
}
