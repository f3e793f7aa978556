import { Controller, Get } from '@nestjs/common';
import {
  Flag,
  FlagEnabled,
  type FlagKey,
  FlagVariable,
  FmeClient,
  InjectVwo,
  RequireFlag,
  UseFlags,
  type Visit,
  VwoClient,
  type VwoFlag,
  VwoService,
  type VwoUserContext,
} from 'nestjs-vwo';
import { Variation } from 'nestjs-vwo/full-stack';

// What compiles where nothing says which flags there are: any key, any variable, types by the default.

const KEYS: string[] = ['checkout'];

@Controller()
export class Handlers {
  constructor(
    private readonly vwo: VwoService,
    @InjectVwo('partners') private readonly partners: VwoService,
  ) {}

  @Get()
  @RequireFlag('checkout', { variation: 'any', variable: { any: 1 } })
  @RequireFlag('checkout', { client: 'partners' })
  @UseFlags(...KEYS)
  @UseFlags(KEYS, { client: 'partners' })
  home(
    @Flag('checkout') flag: VwoFlag,
    @Flag(KEYS[0] ?? '', { client: 'partners' }) _theirs: VwoFlag,
    @FlagEnabled('checkout') _on: boolean,
    @FlagVariable('checkout', 'button', 'blue') _button: string,
    @FlagVariable<number>('checkout', 'discount', 0) _discount: number,
    @Variation('checkout') _variation: string | null,
  ) {
    let read: VwoFlag = this.vwo.flag('checkout');
    read = this.vwo.flag('pricing');
    let inferred = this.vwo.flag('checkout');
    inferred = this.partners.flag(KEYS[0] ?? '');
    const plan: 'free' | 'gold' = this.vwo.variable<'free' | 'gold'>('pricing', 'plan', 'free');
    const discount: number = flag.getVariable<number>('discount', 0);
    const perhaps: number | undefined = flag.getVariable<number>('discount');
    const button: string = read.getVariable('button', 'blue');
    const byContext: string | undefined = inferred.getVariable('button');
    return [plan, discount, perhaps, button, byContext, flag.variation?.key === 'any'];
  }
}

export const handed = (service: VwoService, client: VwoClient, visit: Visit, key: string): unknown => [
  service.run({ id: 'ann' }, (opened: Visit) => opened.flag(key).isEnabled(), KEYS),
  client.visit({ id: 'ann' }, KEYS),
  visit.declare?.(KEYS),
];

/** A flag, a visit and a client of one's own. */
const own = (key: string): VwoFlag => ({
  key,
  variation: undefined,
  source: 'none',
  reason: 'nobody',
  isEnabled: () => false,
  getVariable: <T>(_name: string, otherwise?: T) => otherwise as T,
  getVariables: () => [],
  getUUID: () => '',
  getSessionId: () => 0,
});
export const ownVisit: Visit = {
  user: undefined,
  flag: (key) => own(key),
  track: () => false,
  setAttribute: () => false,
  end: () => Promise.resolve(),
};
export class OwnClient extends FmeClient {
  override visit(_user: VwoUserContext | undefined, _keys?: readonly string[]): Promise<never> {
    return Promise.reject(new Error('closed'));
  }
}
export const anyKey: FlagKey = KEYS[0] ?? '';
