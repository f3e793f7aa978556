import { expect, it } from '@jest/globals';
import { OpenedVisit } from '../../../lib/nest/request/opened-visit.js';
import { turns } from '../../common/waiting.js';
import { FakeClient, FakeVisit } from './fake-client.js';

/** A visit of a client of the application's own, which cannot declare at first. */
class FailsOnce extends FakeVisit {
  readonly declared: string[] = [];
  private hasFailed = false;

  async declare(keys: readonly string[]): Promise<void> {
    if (!this.hasFailed) {
      this.hasFailed = true;
      throw new Error('cannot declare');
    }
    this.declared.push(...keys);
  }
}

it('a declaration that fails is an error of its own handler only, and is tried again by the next that declares the same', async () => {
  const visit = new FailsOnce(undefined, [], {});
  const opened = new OpenedVisit(new FakeClient(), undefined, [], Promise.resolve(visit));
  const keys = ['a'];
  const [failed, other] = [opened.ready(keys), opened.ready(['b'])];
  await expect(failed).rejects.toThrow('cannot declare');
  await expect(other).resolves.toBe(undefined);
  await turns();
  await opened.ready(keys);
  expect(visit.declared).toEqual(['b', 'a']);
  expect(opened.ready(keys)).toBe(undefined);
});

it('a visit that does not open fails whoever asks for it', async () => {
  const opened = new OpenedVisit(new FakeClient(), undefined, [], Promise.reject(new Error('no visit')));
  await expect(opened.ready([])).rejects.toThrow('no visit');
  await expect(opened.ready(['a'])).rejects.toThrow('no visit');
});
