import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defer, from, interval, lastValueFrom, map, NEVER, type Observable, of, take, throwError, toArray } from 'rxjs';
import { VwoModule, VwoService } from '../../lib/index.js';
import { FakeClient, type FakeVisit } from './request/fake-client.js';
import { closeApps, startApp } from '../e2e/nest-app.js';

let fake: FakeClient;
let vwo: VwoService;
beforeEach(async () => {
  fake = new FakeClient((user) => ({ who: { id: user?.id } }));
  const { app } = await startApp({ imports: [VwoModule.forRoot({ client: fake })] });
  vwo = app.get(VwoService);
});
afterEach(closeApps);

const who = (): string => vwo.variable('who', 'id', '-');
const theVisit = (): FakeVisit => fake.visitOnly;

/** What `run` gives for work that gives a stream: the stream, or a promise of it. */
async function run<T>(work: () => Observable<T>, id = 'alice'): Promise<Observable<T>> {
  return (await vwo.run({ id }, work)) as unknown as Observable<T>;
}

describe('vwo.run with work that gives a stream', () => {
  it('reads flags when the stream is subscribed', async () => {
    expect(await lastValueFrom(await run(() => defer(() => of(who()))))).toBe('alice');
    expect(theVisit()).toMatchObject({ reads: ['who'], readsAfterEnd: [], ends: 1 });
  });

  it('reads flags at each of its values, however late', async () => {
    const value = () => ({ who: who(), ends: theVisit().ends });
    const stream = await run(() => interval(1).pipe(take(3), map(value)));
    expect(await lastValueFrom(stream.pipe(toArray()))).toEqual(Array(3).fill({ who: 'alice', ends: 0 }));
    expect(theVisit()).toMatchObject({ readsAfterEnd: [], ends: 1 });
  });

  it('reads flags below promises of the stream', async () => {
    const work = (): Observable<string> =>
      defer(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return who();
      });
    expect(await lastValueFrom(await run(work))).toBe('alice');
    expect(theVisit()).toMatchObject({ readsAfterEnd: [], ends: 1 });
  });

  it('ends the visit with the stream, not before', async () => {
    const stream = await run(() => NEVER);
    expect(theVisit().ends).toBe(0);
    const subscription = stream.subscribe();
    expect(theVisit().ends).toBe(0);
    subscription.unsubscribe();
    expect(theVisit().ends).toBe(1);
  });

  it('ends the visit when the stream fails', async () => {
    const stream = await run(() => throwError(() => new Error(`no luck for ${who()}`)));
    await expect(lastValueFrom(stream)).rejects.toThrow('no luck for alice');
    expect(theVisit()).toMatchObject({ readsAfterEnd: [], ends: 1 });
  });

  it('is also a promise of a stream', async () => {
    const stream = (await vwo.run({ id: 'alice' }, async () =>
      defer(() => of(who())),
    )) as unknown as Observable<string>;
    expect(await lastValueFrom(stream)).toBe('alice');
  });

  it('keeps 50 streams of 50 users apart', async () => {
    const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);
    const streams = await Promise.all(
      users.map((user) => run(() => from(Promise.resolve()).pipe(map(() => who())), user)),
    );
    expect(await Promise.all(streams.map((stream) => lastValueFrom(stream)))).toEqual(users);
    expect(fake.visits.every(({ ends }) => ends === 1)).toBe(true);
  });

  it('does not change what other work gives', async () => {
    expect(await vwo.run({ id: 'alice' }, () => who())).toBe('alice');
    expect(await vwo.run({ id: 'bob' }, async () => [who()])).toEqual(['bob']);
    expect(fake.visits.map(({ ends }) => ends)).toEqual([1, 1]);
  });
});
