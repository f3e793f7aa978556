import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../lib/common/diagnostics.js';
import { listening } from '../client/client.fixture.js';
import { MovedClock } from './moved-clock.js';

describe('trouble', () => {
  const said = () => {
    const clock = new MovedClock();
    const logger = listening();
    return { clock, lines: logger.lines, diagnostics: new Diagnostics(logger, clock) };
  };

  it('that lasts is said at once, then once a minute with how often and since when', () => {
    const { clock, lines, diagnostics } = said();
    for (let second = 0; second < 61; second++) {
      diagnostics.warn('store', 'The store is away.');
      clock.move(1_000);
    }
    expect(lines).toEqual([
      'warn: The store is away.',
      'warn: The store is away. (59 more since 2027-01-15T08:00:00.000Z)',
    ]);
  });

  it('that comes and goes with every request does not fill the log', () => {
    const { clock, lines, diagnostics } = said();
    for (let request = 0; request < 500; request++) {
      diagnostics.warn('store', 'The store is away.');
      diagnostics.recovered('store', 'The store is back.');
      clock.move(10);
    }
    expect(lines).toEqual(['warn: The store is away.', 'log: The store is back.']);
  });

  it('that is over is said to be over, once, and nothing is when there was none', () => {
    const { clock, lines, diagnostics } = said();
    diagnostics.recovered('store', 'The store is back.');
    diagnostics.warn('store', 'The store is away.');
    diagnostics.recovered('store', 'The store is back.');
    diagnostics.recovered('store', 'The store is back.');
    clock.move(60_000);
    diagnostics.warn('store', 'The store is away.');
    expect(lines).toEqual(['warn: The store is away.', 'log: The store is back.', 'warn: The store is away.']);
  });

  it('is told to listeners when it begins and when it ends, also where the log is silent', () => {
    const { clock, lines, diagnostics } = said();
    const heard: string[] = [];
    const stop = diagnostics.onTrouble((kind, lasting) => heard.push(`${kind} ${lasting ? 'begins' : 'ends'}`));
    for (let times = 0; times < 2; times++) {
      diagnostics.warn('store', 'The store is away.');
      diagnostics.warn('store', 'The store is away.');
      diagnostics.recovered('store', 'The store is back.');
      diagnostics.recovered('store', 'The store is back.');
      clock.move(1_000);
    }
    expect(heard).toEqual(['store begins', 'store ends', 'store begins', 'store ends']);
    expect(lines).toEqual(['warn: The store is away.', 'log: The store is back.']);
    stop();
    diagnostics.warn('store', 'The store is away.');
    expect(heard).toHaveLength(4);
  });

  it('that lasts is known to be over when it ends, however much else was warned of meanwhile', () => {
    const { clock, diagnostics } = said();
    const heard: unknown[] = [];
    diagnostics.onTrouble((...what) => heard.push(what));
    diagnostics.warn('store', 'The store is away.');
    for (let i = 0; i < 5_000; i++) {
      diagnostics.warn(`key:${i}`, `Key ${i}.`);
      if (i % 500 === 0) diagnostics.warn('store', 'The store is away.');
      clock.move(100);
    }
    diagnostics.recovered('store', 'The store is back.');
    expect(heard.filter((what) => (what as string[])[0] === 'store')).toEqual([
      ['store', true],
      ['store', false],
    ]);
  });

  it('is said again a minute later, whatever was done to the wall clock', () => {
    const { clock, lines, diagnostics } = said();
    diagnostics.warn('store', 'The store is away.');
    clock.setTo(clock.now() - 3_600_000);
    clock.move(60_000);
    diagnostics.warn('store', 'The store is away.');
    clock.setTo(clock.now() + 3_600_000);
    diagnostics.warn('store', 'The store is away.');
    expect(lines).toHaveLength(2);
  });

  it('of one kind does not hide another', () => {
    const { lines, diagnostics } = said();
    diagnostics.warn('store', 'The store is away.');
    diagnostics.warn('events', 'VWO takes no events.');
    expect(lines).toHaveLength(2);
  });

  it('about unlimited many things is not remembered without limit', () => {
    const { lines, diagnostics } = said();
    for (let i = 0; i < 5_000; i++) diagnostics.warnOnce(`flag:${i}`, `Flag ${i} is unknown.`);
    expect(lines).toHaveLength(1_000);
  });
});
