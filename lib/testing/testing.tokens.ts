import type { InjectionToken } from '@nestjs/common';
import { VwoTestingFlags } from './vwo-testing-flags.js';

/** The token of the `VwoTestingFlags` of `VwoTestingModule.forRoot({ name, … })`, for `module.get`; without a name the class is it. */
export function getVwoTestingToken(name: string): string;
export function getVwoTestingToken(name?: undefined): typeof VwoTestingFlags;
export function getVwoTestingToken(name?: string): InjectionToken<VwoTestingFlags>;
export function getVwoTestingToken(name?: string): InjectionToken<VwoTestingFlags> {
  return name === undefined ? VwoTestingFlags : `VwoTestingFlags:${name}`;
}
