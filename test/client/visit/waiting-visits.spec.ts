import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type WaitingVisit, WaitingVisits } from '../../../lib/client/visit/waiting-visits.js';
import { MovedClock } from '../../common/moved-clock.js';

/** How often visits are looked through, in ms. */
const SWEEP = 10_000;

class Stream implements WaitingVisit {
  waitingPlace = -1;
  waitingSince = 0;

  constructor(readonly name: string) {}
}

describe('open visits in which something waits', () => {
  let clock: MovedClock;
  let handedOver: string[];
  let waiting: WaitingVisits<Stream>;
  const [a, b, c] = [new Stream('a'), new Stream('b'), new Stream('c')];
  beforeEach(() => {
    clock = new MovedClock();
    handedOver = [];
    waiting = new WaitingVisits<Stream>(clock, (visit) => {
      handedOver.push(visit.name);
      waiting.remove(visit);
    });
    for (const visit of [a, b, c]) Object.assign(visit, new Stream(visit.name));
  });

  const allOfThem = (): string[] => {
    handedOver = [];
    waiting.handOverAll();
    return handedOver.sort();
  };

  test('are handed over after one to two looks, the later ones later', () => {
    waiting.add(a);
    clock.move(SWEEP / 2);
    waiting.add(b);
    clock.move(SWEEP / 2);
    waiting.add(c);
    expect(handedOver).toEqual([]);
    clock.move(SWEEP);
    expect(handedOver).toEqual(['a', 'b']);
    clock.move(SWEEP);
    expect(handedOver).toEqual(['a', 'b', 'c']);
  });

  test('are handed over once, and again when something waits in them again', () => {
    waiting.add(a);
    waiting.add(a);
    clock.move(2 * SWEEP);
    clock.move(5 * SWEEP);
    expect(handedOver).toEqual(['a']);
    waiting.add(a);
    clock.move(2 * SWEEP);
    expect(handedOver).toEqual(['a', 'a']);
  });

  test('cost one timer, and none where nothing waits', () => {
    expect(clock.timers).toEqual([]);
    for (const visit of [a, b, c]) waiting.add(visit);
    expect(clock.timers).toEqual([SWEEP]);
    clock.move(SWEEP);
    expect(clock.timers).toEqual([SWEEP]);
    clock.move(SWEEP);
    expect(clock.timers).toEqual([]);
  });

  test('are known whatever the order in which they come and go', () => {
    for (const visit of [a, b, c]) waiting.add(visit);
    waiting.remove(a);
    waiting.remove(a);
    waiting.remove(c);
    waiting.add(a);
    expect(allOfThem()).toEqual(['a', 'b']);
    expect(allOfThem()).toEqual([]);
    for (const visit of [a, b, c]) waiting.add(visit);
    waiting.remove(b);
    waiting.remove(new Stream('never there'));
    expect(allOfThem()).toEqual(['a', 'c']);
  });

  test('are not kept in memory by the list that they have left', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const left = ((): WeakRef<Stream> => {
      const stream = new Stream('long');
      waiting.add(stream);
      waiting.remove(stream);
      return new WeakRef(stream);
    })();
    for (let tries = 0; tries < 20 && left.deref(); tries++) {
      await turn(); // what `deref` gave is kept until then
      collect();
    }
    expect(left.deref()?.name).toBeUndefined();
  });

  test('are all handed over when the client closes, which leaves no timer behind', () => {
    waiting.add(a);
    waiting.add(b);
    waiting.close();
    expect(handedOver.sort()).toEqual(['a', 'b']);
    expect(clock.timers).toEqual([]);
  });
});
