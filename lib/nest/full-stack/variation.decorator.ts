import type { PipeTransform, Type } from '@nestjs/common';
import type { FlagKey, VwoFlag } from '../../model/index.js';
import { text } from '../../common/index.js';
import { Flag } from '../request/flag.decorators.js';

/** The name of the variation this user is in, or null: `@Variation('checkout-test') variation: string | null`. */
export function Variation(campaignKey: FlagKey, ...pipes: (Type<PipeTransform> | PipeTransform)[]): ParameterDecorator {
  text('@Variation(campaignKey)', campaignKey);
  return Flag(campaignKey, variationName, ...pipes);
}

const variationName: PipeTransform<VwoFlag, string | null> = {
  transform: (flag) => flag.variation?.key ?? null,
};
