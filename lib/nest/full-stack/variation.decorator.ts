import type { PipeTransform, Type } from '@nestjs/common';
import type { VwoFlag } from '../../model/index.js';
import { text } from '../../common/index.js';
import { Flag } from '../request/flag.decorators.js';

/** The name of the variation this user is in, or null: `@Variation('checkout-test') variation: string | null`. */
export function Variation(campaignKey: string, ...pipes: (Type<PipeTransform> | PipeTransform)[]): ParameterDecorator {
  text('@Variation(campaignKey)', campaignKey);
  return Flag(campaignKey, variationName, ...pipes);
}

const variationName: PipeTransform<VwoFlag, string | null> = {
  transform: (flag) => flag.variation?.key ?? null,
};
