import { Inject, type InjectionToken } from '@nestjs/common';
import { VwoClient } from '../client/index.js';
import { VwoStorage } from '../storage/index.js';
import { VisitOpener } from './request/index.js';
import { VWO_OPTIONS } from './vwo.options.js';
import { VwoService } from './vwo.service.js';

/** What a module provides, and under which tokens: of a module with a name, its own, so that no class means two accounts. */
export interface VwoTokens {
  readonly service: InjectionToken<VwoService>;
  readonly client: InjectionToken<VwoClient>;
  readonly storage: InjectionToken<VwoStorage>;
  readonly opener: InjectionToken<VisitOpener>;
  readonly options: InjectionToken;
}

const UNNAMED: VwoTokens = {
  service: VwoService,
  client: VwoClient,
  storage: VwoStorage,
  opener: VisitOpener,
  options: VWO_OPTIONS,
};

/** The `Diagnostics` of a module, not exported: each module has its own under it. */
export const DIAGNOSTICS = Symbol.for('nestjs-vwo:diagnostics');

export function tokensOf(name: string | undefined): VwoTokens {
  if (name === undefined) return UNNAMED;
  return {
    service: `VwoService:${name}`,
    client: `VwoClient:${name}`,
    storage: `VwoStorage:${name}`,
    opener: `VisitOpener:${name}`,
    options: `VwoOptions:${name}`,
  };
}

/** The token of the `VwoService` of `VwoModule.forRoot({ name, … })`, for `app.get`, `inject` and `overrideProvider`. */
export function getVwoToken(name: string): string;
export function getVwoToken(name?: undefined): typeof VwoService;
export function getVwoToken(name?: string): InjectionToken<VwoService>;
export function getVwoToken(name?: string): InjectionToken<VwoService> {
  return tokensOf(name).service;
}

/** Injects the `VwoService` of `VwoModule.forRoot({ name, … })`: `constructor(@InjectVwo('second') private readonly vwo: VwoService)`. */
export function InjectVwo(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getVwoToken(name));
}
