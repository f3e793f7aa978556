import { Test } from '@nestjs/testing';
import { VwoModule, VwoService } from 'nestjs-vwo';
import { accountSettings, feature, rollout } from 'nestjs-vwo/testing';
import { PricingService } from './pricing.service.js';

describe('PricingService', () => {
  it('gives 10 % to gold customers', async () => {
    const gold = rollout({ when: { plan: 'gold' }, variables: { discount: 10 } });
    const settings = accountSettings({ features: [feature('pricing', [gold])] });
    const module = await Test.createTestingModule({
      imports: [VwoModule.forRoot({ settings, events: false })],
      providers: [PricingService],
    }).compile();
    const pricing = module.get(PricingService);
    const discountOf = (id: string, plan: string) =>
      module.get(VwoService).run({ id, customVariables: { plan } }, () => pricing.discount());

    expect(await discountOf('ann', 'gold')).toBe(10);
    expect(await discountOf('bob', 'free')).toBe(0);
    await module.close();
  });
});
