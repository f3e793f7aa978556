import { Controller, Get } from '@nestjs/common';
import {
  Flag,
  FlagEnabled,
  type FlagKey,
  FlagVariable,
  FmeClient,
  InjectVwo,
  RequireFlag,
  type RequireFlagOptions,
  UseFlags,
  type Visit,
  VwoClient,
  type VwoFlag,
  VwoModule,
  VwoService,
  type VwoServiceOf,
} from 'nestjs-vwo';
import { FmeClient as SameClient, type VwoFlag as SameFlag } from 'nestjs-vwo/client';
import { FullStackClient, type FullStackTrackOptions, pushTags, Variation } from 'nestjs-vwo/full-stack';
import { SdkClient } from 'nestjs-vwo/sdk';

// What compiles with ./vwo-flags.d.ts, of exactly which type, and, under @ts-expect-error, what does not.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `exactly<number>()(value)`: a value of a narrower or a wider type does not compile. */
const exactly =
  <A>() =>
  <B>(_value: B, ..._: Same<A, B> extends true ? [] : ['another type', B]): void =>
    undefined;

class Pipe {
  transform(value: unknown) {
    return value;
  }
}

@Controller()
export class Handlers {
  @Get()
  @RequireFlag('new-checkout', { variation: ['fast', 'slow'], variable: { discount: 3, 'with space': true } })
  @RequireFlag('rebate', { client: 'partners', variation: 'low', variable: { percent: 5 } })
  @RequireFlag('anything', { client: 'others', variation: 'any', variable: { any: 1 } })
  @RequireFlag('by-hand', { variation: 'any', variable: { any: 1 } })
  @UseFlags('pricing', 'beta')
  @UseFlags(['rebate'], { client: 'partners' })
  known(
    @Flag('new-checkout') checkout: VwoFlag<'new-checkout'>,
    @Flag('pricing', Pipe, new Pipe()) any: VwoFlag,
    @Flag('rebate', { client: 'partners' }) rebate: VwoFlag<'rebate', 'partners'>,
    @Flag('anything', { client: 'others' }, Pipe) other: VwoFlag,
    @FlagEnabled('beta') _on: boolean,
    @FlagEnabled('rebate', { client: 'partners' }) _theirs: boolean,
    @FlagVariable('pricing', 'discount', 0) _discount: number,
    @FlagVariable('pricing', 'discount', null, Pipe) _perhaps: number | null,
    @FlagVariable('rebate', 'percent', 0, { client: 'partners' }, Pipe) _percent: number,
    @FlagVariable('by-hand', 'any', 'blue') _text: string,
    @Variation('pricing') _variation: string | null,
  ) {
    exactly<number>()(checkout.getVariable('discount', 0));
    exactly<number | undefined>()(checkout.getVariable('discount'));
    exactly<number | null>()(checkout.getVariable('discount', null));
    exactly<boolean>()(checkout.getVariable('with space', false));
    exactly<string | undefined>()(checkout.getVariable('layout')?.title);
    exactly<{ readonly columns: number; readonly title?: string }>()(checkout.getVariable('layout', { columns: 2 }));
    exactly<'fast' | 'slow' | undefined>()(checkout.variation?.key);
    exactly<'new-checkout'>()(checkout.key);
    exactly<number>()(rebate.getVariable('percent', 1));
    exactly<'low' | undefined>()(rebate.variation?.key);
    exactly<string | undefined>()(other.variation?.key);
    const list: VwoFlag[] = [checkout, any, rebate];
    return list.map((flag) => flag.getVariable('whatever', 'any'));
  }

  @Get()
  // @ts-expect-error no such flag
  @RequireFlag('typo')
  // @ts-expect-error no such variation
  @RequireFlag('new-checkout', { variation: 'fats' })
  // @ts-expect-error no such variation in a list
  @RequireFlag('new-checkout', { variation: ['fast', 'fats'] })
  // @ts-expect-error the variable is a number
  @RequireFlag('new-checkout', { variable: { discount: '3' } })
  // @ts-expect-error no such variable
  @RequireFlag('new-checkout', { variable: { missing: 3 } })
  // @ts-expect-error a flag of the other client
  @RequireFlag('new-checkout', { client: 'partners' })
  // @ts-expect-error no such flag
  @UseFlags('pricing', 'typo')
  // @ts-expect-error a flag of the other client
  @UseFlags(['pricing'], { client: 'partners' })
  unknown(
    // @ts-expect-error no such flag
    @Flag('typo') _1: VwoFlag,
    // @ts-expect-error no such flag, with a pipe
    @Flag('typo', Pipe) _2: VwoFlag,
    // @ts-expect-error a flag of the other client
    @Flag('pricing', { client: 'partners' }) _3: VwoFlag,
    // @ts-expect-error no such flag
    @FlagEnabled('typo') _4: boolean,
    // @ts-expect-error no such variable
    @FlagVariable('pricing', 'missing', 0) _5: number,
    // @ts-expect-error the variable is a number
    @FlagVariable('pricing', 'discount', '0') _6: number,
    // @ts-expect-error no such flag
    @FlagVariable('typo', 'discount', 0) _7: number,
    // @ts-expect-error no such campaign
    @Variation('typo') _8: string | null,
  ) {
    return undefined;
  }
}

export class Service {
  constructor(
    private readonly vwo: VwoService,
    @InjectVwo('partners') private readonly partners: VwoServiceOf<'partners'>,
    @InjectVwo('others') private readonly others: VwoServiceOf<string>,
  ) {}

  known() {
    exactly<number>()(this.vwo.variable('pricing', 'discount', 0));
    exactly<number | undefined>()(this.vwo.variable('pricing', 'discount', undefined));
    exactly<number>()(this.partners.variable('rebate', 'percent', 0));
    exactly<number>()(this.vwo.flag('new-checkout').getVariable('discount', 0));
    exactly<boolean>()(this.vwo.isEnabled('beta'));
    let flag: VwoFlag = this.vwo.flag('new-checkout');
    flag = this.vwo.flag('beta');
    flag.getVariable<string>('any', 'loose');
    this.others.flag('anything').getVariable<string>('any', 'loose');
    void this.vwo.run({ id: 'ann' }, (visit) => visit.flag('beta').isEnabled(), ['beta']);
    void this.partners.run({ id: 'ann' }, (visit) => visit.flag('rebate').isEnabled(), ['rebate']);
    pushTags(this.vwo, { plan: 'gold' });
    pushTags(this.partners, { plan: 'gold' });
    const tracking: FullStackTrackOptions = { campaigns: ['pricing'] };
    this.vwo.track('order', tracking);
    if (this.vwo.flag('new-checkout').getVariable('button', 'blue') === 'green') return;
    this.vwo.flag('by-hand').getVariable<string>('any', 'loose');
  }

  unknown() {
    const flag = this.vwo.flag('new-checkout');
    // @ts-expect-error no such variable
    flag.getVariable('missing', 0);
    // @ts-expect-error no such variable
    flag.getVariable('missing');
    // @ts-expect-error the variable is a number
    flag.getVariable('discount', '0');
    // @ts-expect-error no such variation
    if (flag.variation?.key === 'other') return;
    // @ts-expect-error the flag has no variables
    this.vwo.flag('beta').getVariable('any', 0);
    // @ts-expect-error no such flag
    this.vwo.flag('typo');
    // @ts-expect-error no such flag
    this.vwo.isEnabled('typo');
    // @ts-expect-error no such flag
    this.vwo.variable('typo', 'discount', 0);
    // @ts-expect-error no such variable
    this.vwo.variable('pricing', 'missing', 0);
    // @ts-expect-error the variable is a number
    this.vwo.variable('pricing', 'discount', '0');
    // @ts-expect-error a flag of the other client
    this.partners.flag('pricing');
    // @ts-expect-error a flag of the other client
    this.vwo.flag('rebate');
    // @ts-expect-error no such flag
    void this.vwo.run({ id: 'ann' }, (visit) => visit.flag('typo').isEnabled());
    // @ts-expect-error no such flag
    void this.vwo.visit({ id: 'ann' }, ['typo']);
    // @ts-expect-error another flag
    const pricing: VwoFlag<'pricing'> = flag;
    return pricing;
  }

  /** A key that is known at run time only. */
  computed(key: string) {
    // @ts-expect-error any text
    this.vwo.flag(key);
    const flag: VwoFlag = this.vwo.flag(key as FlagKey);
    return flag.getVariable('any', 0);
  }

  generic<Key extends FlagKey>(key: Key) {
    const flag = this.vwo.flag(key);
    return flag.isEnabled() ? flag.variation?.key : flag.reason;
  }
}

export async function withoutNest() {
  for (const client of [new FmeClient({}), new SameClient({}), new FullStackClient({}), new SdkClient({})]) {
    const visit = await client.visit({ id: 'ann' }, ['beta']);
    exactly<number>()(visit.flag('pricing').getVariable('discount', 1));
    const same: SameFlag<'pricing'> = visit.flag('pricing');
    void visit.declare?.(['beta']);
    // @ts-expect-error no such flag
    visit.flag('typo');
    // @ts-expect-error no such flag
    void visit.declare?.(['typo']);
    // @ts-expect-error no such flag
    void client.visit({ id: 'ann' }, ['typo']);
    const partners = await client.visit<'partners'>({ id: 'ann' }, ['rebate']);
    exactly<number>()(partners.flag('rebate').getVariable('percent', 1));
    // @ts-expect-error a flag of the other client
    partners.flag('beta');
    const other = await client.visit<string>({ id: 'ann' }, ['anything']);
    other.flag('anything').getVariable<string>('any', 'loose');
    const port: VwoClient = client;
    // @ts-expect-error no such flag
    (await port.visit({ id: 'ann' })).flag('typo');
    VwoModule.forRoot({
      client,
      onDecision: (flag, { flag: read }) => [flag.getVariable('any', 0), read('beta').isEnabled()],
    });
    return same;
  }
}

/** Options and visits that are handed on. */
export const loose: RequireFlagOptions = { client: 'any', variation: 'any', variable: { any: 1 } };
export const ofPricing: RequireFlagOptions<'pricing'> = { variation: 'Default' };
// @ts-expect-error no such variation
export const wrong: RequireFlagOptions<'pricing'> = { variation: 'other' };
export const read = (visit: Visit): boolean => visit.flag('beta').isEnabled();
