import { Test } from '@nestjs/testing';
import type { VwoFlag } from 'nestjs-vwo';
import {
  getVwoTestingToken,
  overrideVwo,
  testFlag,
  type TestFlags,
  VwoTestingFlags,
  type VwoTestingFlagsOf,
  VwoTestingModule,
} from 'nestjs-vwo/testing';

// What compiles in tests with ./vwo-flags.d.ts and, under @ts-expect-error, what does not.

VwoTestingModule.forRoot({
  flags: {
    'new-checkout': { variation: 'fast', variables: { discount: 3, layout: { columns: 2 } } },
    beta: true,
    pricing: undefined,
    'by-hand': { variation: 'any', variables: { any: 1 } },
  },
  strict: true,
});
VwoTestingModule.forRoot({ name: 'partners', flags: { rebate: { variation: 'low', variables: { percent: 5 } } } });
VwoTestingModule.forRoot({ name: 'others', flags: { anything: { variation: 'any', variables: { any: 1 } } } });
VwoTestingModule.forRoot({ name: String('some'), flags: { anything: true } });
// @ts-expect-error no such flag
VwoTestingModule.forRoot({ flags: { checkout: true } });
// @ts-expect-error no such variation
VwoTestingModule.forRoot({ flags: { 'new-checkout': { variation: 'medium' } } });
// @ts-expect-error no such variable
VwoTestingModule.forRoot({ flags: { 'new-checkout': { variables: { price: 3 } } } });
// @ts-expect-error it is a number
VwoTestingModule.forRoot({ flags: { 'new-checkout': { variables: { discount: '3' } } } });
// @ts-expect-error a flag of the other account
VwoTestingModule.forRoot({ name: 'partners', flags: { beta: true } });

const builder = Test.createTestingModule({});
const flags: VwoTestingFlags = overrideVwo(builder, { flags: { pricing: false } });
flags.set('new-checkout', { variation: 'slow' });
flags.for(7, { pricing: { variables: { discount: 10 } } });
// @ts-expect-error no such flag
flags.set('checkout', true);
// @ts-expect-error no such variation
flags.set('new-checkout', { variation: 'medium' });
// @ts-expect-error no such flag
flags.for('ann', { checkout: true });

const theirs: VwoTestingFlagsOf<'partners'> = overrideVwo(builder, { name: 'partners', flags: { rebate: true } });
theirs.set('rebate', { variables: { percent: 5 } });
theirs.reset();
// @ts-expect-error a flag of the other account
theirs.set('beta', true);
const others = overrideVwo(builder, { name: 'others' });
others.set('anything', { variation: 'any' });
others.for('ann', { anything: true });

const shared: TestFlags = { beta: true };
VwoTestingModule.forRoot({ flags: { ...shared, pricing: true } });

export const checkout: VwoFlag<'new-checkout'> = testFlag('new-checkout', { variables: { discount: 1 } });
export const rebate: VwoFlag<'rebate', 'partners'> = testFlag<'rebate', 'partners'>('rebate', { variation: 'low' });
// @ts-expect-error no such flag
testFlag('checkout');

export async function found(): Promise<readonly string[]> {
  const module = await builder.compile();
  const ours = module.get(VwoTestingFlags);
  const alsoTheirs = module.get<VwoTestingFlagsOf<'partners'>>(getVwoTestingToken('partners'));
  return [...ours.unset(), ...alsoTheirs.unset(), ...module.get(getVwoTestingToken()).unset()];
}
