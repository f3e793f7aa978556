import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { getVwoToken, InjectVwo, VwoModule, VwoService } from '../../../lib/index.js';
import { WorkScope } from '../../../lib/nest/request/index.js';
import { closeApps, type NestApp, startApp } from '../../e2e/nest-app.js';
import { FakeClient, FakeVisit } from './fake-client.js';

const client = (whose: string): FakeClient => new FakeClient((user) => ({ who: { id: `${whose}:${user?.id}` } }));

@Controller()
class Handlers {
  constructor(
    private readonly vwo: VwoService,
    @InjectVwo('b') private readonly b: VwoService,
  ) {}

  @Get()
  async nested(): Promise<object> {
    const who = (): string[] => [this.vwo, this.b].map((vwo) => vwo.variable('who', 'id', '-'));
    const ofB = await this.b.run({ id: 'acme' }, async () => {
      const outer = who();
      const inner = await this.vwo.run({ id: 'bob' }, async () => {
        const both = who();
        return [both, await this.b.run({ id: 'inc' }, who), who()];
      });
      return [outer, ...inner, who()];
    });
    return { ofB, mine: this.vwo.variable('who', 'id', '-') };
  }
}

describe('work for somebody else inside work for somebody else', () => {
  let app: NestApp;
  beforeEach(async () => {
    const imports = [VwoModule.forRoot({ client: client('a') }), VwoModule.forRoot({ name: 'b', client: client('b') })];
    app = await startApp({ imports, controllers: [Handlers] });
  });
  afterEach(closeApps);

  it('reads of each client the visit that is nearest, and goes back to the one outside', async () => {
    expect(await (await app.get('/', 'alice')).json()).toEqual({
      ofB: [
        ['a:alice', 'b:acme'],
        ['a:bob', 'b:acme'],
        ['a:bob', 'b:inc'],
        ['a:bob', 'b:acme'],
        ['a:alice', 'b:acme'],
      ],
      mine: 'a:alice',
    });
  });

  it('sees nothing of a client in whose visit it does not run', async () => {
    const b = app.app.get<VwoService>(getVwoToken('b'));
    await app.app.get(VwoService).run({ id: 'bob' }, () => expect(() => b.flag('who')).toThrow('outside a visit'));
  });
});

describe('jobs that start jobs', () => {
  it('keep one visit of each client, however long the chain is', () => {
    const [a, b] = [client('a'), client('b')];
    const visits = Array.from({ length: 6 }, () => new FakeVisit({ id: 'x' }, [], {}));
    let scope: WorkScope | undefined;
    for (const [i, visit] of visits.entries())
      scope = new WorkScope(i % 2 ? b : a, i % 2 ? 'b' : undefined, visit, scope);
    expect([scope!.visitOf(a), scope!.visitOf(b)]).toEqual([visits[4], visits[5]]);
    expect(scope!.visitNamed(undefined)).toBe(visits[4]);
    const held = (value: unknown): number =>
      value instanceof WorkScope ? 1 + held((value as unknown as { outer: unknown }).outer) : 0;
    expect(held(scope)).toBe(2);
  });
});
