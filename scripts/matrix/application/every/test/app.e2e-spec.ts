import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { accountSettings, feature, rollout, VwoEdge } from 'nestjs-vwo/testing';
import request from 'supertest';
import { adapter } from './../src/adapter.js';
import { AppModule } from './../src/app.module.js';

describe('the shop (e2e)', () => {
  let app: INestApplication;
  let edge: VwoEdge;

  beforeAll(async () => {
    const settings = accountSettings({
      features: [
        feature('new-checkout', [rollout({ variables: { button: 'green' } })]),
        feature('pricing', [rollout({ when: { plan: 'gold' }, variables: { discount: 10 } })]),
        feature('beta', [rollout({ when: { plan: 'gold' } })]),
      ],
    });
    edge = await VwoEdge.start({ settings });
    process.env.VWO_BASE_URL = edge.url;
    process.env.VWO_ACCOUNT_ID = '123456';
    process.env.VWO_SDK_KEY = 'test';
    process.env.VWO_ENVIRONMENT = 'e2e';
    const moduleFixture = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = moduleFixture.createNestApplication(adapter());
    await app.listen(0, '127.0.0.1');
  });

  it('shows the checkout of the flag', async () => {
    const answer = await request(await app.getUrl())
      .get('/checkout')
      .set('x-user-id', 'gold-ann')
      .expect(200);
    expect(answer.body).toMatchObject({ on: true, button: 'green', discount: 10 });
  });

  it('has no beta for a user without the flag', async () => {
    const url = await app.getUrl();
    await request(url).get('/beta').set('x-user-id', 'bob').expect(404);
    await request(url).get('/beta').set('x-user-id', 'gold-ann').expect(200);
  });

  it('has shown the flag to VWO once', async () => {
    await app.close();
    expect(edge.eventsOf('gold-ann').filter(({ name }) => name === 'vwo_variationShown').length).toBeGreaterThan(0);
  });

  afterAll(() => edge.close());
});
