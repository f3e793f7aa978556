import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  type Decider,
  type DecisionOutcome,
  type Effects,
  NOT_SENT,
  offOutcome,
  type SendOutcome,
  VisitUser,
} from '../../../lib/client/index.js';
import { NOTHING_KNOWN } from '../../../lib/client/records/found-records.js';
import { Ledger } from '../../../lib/client/visit/ledger.js';
import { OpenVisit, type VisitHost } from '../../../lib/client/visit/open-visit.js';
import { turns } from '../../common/waiting.js';

/** A client that notes what its visits tell it. */
class Noting implements VisitHost<string> {
  waiting = 0;
  readonly sent: SendOutcome<string>[] = [];
  /** The records and events of each hand-over. */
  readonly handedOver: string[][] = [];

  now(): number {
    return 1_000;
  }

  undeclared(key: string): Error {
    return new Error(`${key} was not declared`);
  }

  wasRead: (...told: unknown[]) => void = () => undefined;

  wasSent(_visit: OpenVisit<string>, outcome: SendOutcome<string>): void {
    this.sent.push(outcome);
  }

  waits(): void {
    this.waiting += 1;
  }

  saveFirst(): undefined {}

  handOver({ ledger }: OpenVisit<string>): Promise<void> {
    const events = ledger.takeEvents().map(({ event }) => event);
    this.handedOver.push([...ledger.takeChanges().map(({ key }) => key), ...events]);
    return Promise.resolve();
  }
}

/** Every flag is off, each with an event of its name. */
class Deciding implements Decider<string> {
  has(): boolean {
    return true;
  }

  decide(key: string): DecisionOutcome<string> {
    return { ...offOutcome(key, 'no-rule'), ...this.effectsOf(key) };
  }

  track(): SendOutcome<string> {
    return NOT_SENT;
  }

  setAttribute(): SendOutcome<string> {
    return NOT_SENT;
  }

  protected effectsOf(key: string): Partial<Effects<string>> {
    return { events: [`event of ${key}`] };
  }
}

class WithEffects extends Deciding {
  constructor(private readonly effects: Partial<Effects<string>>) {
    super();
  }

  protected override effectsOf(): Partial<Effects<string>> {
    return this.effects;
  }
}

const records = [{ key: 'record', record: { userId: 'ann' } }];
const events = ['event'];

let host: Noting;
beforeEach(() => void (host = new Noting()));

const visitOf = (user: VisitUser | undefined, decider: Decider<string>, readable?: ReadonlySet<string>) =>
  new OpenVisit<string>(user, new Ledger(new Map()), host).add(readable, decider);
const ann = (): VisitUser => new VisitUser({ id: 'ann' }, 'ann', '123456', 0);

describe('a flag of which somebody only asked whether it is on', () => {
  test('is decided by that, once; whoever asks for the flag gets the same object at each read, with its user', async () => {
    const user = ann();
    const visit = visitOf(user, new Deciding());
    expect(visit.decided('a').isEnabled()).toBe(false);
    expect(visit.hasRead('a')).toBe(true);
    const flag = visit.flag('a');
    expect([flag.key, flag.getUUID()]).toEqual(['a', user.uuid]);
    expect([visit.flag('a'), visit.decided('a')]).toEqual([flag, flag]);
    expect(visit.flag('a')).toBe(flag);
    await visit.end();
    expect(host.handedOver).toEqual([['event of a']]);
  });

  test('is the object that was asked for while it was decided', () => {
    const asked: unknown[] = [];
    host.wasRead = (...[visit, key]: unknown[]) => void asked.push((visit as OpenVisit<string>).flag(key as string));
    const visit = visitOf(ann(), new Deciding());
    expect(visit.flag('a')).toBe(asked[0]);
    expect(asked).toHaveLength(1);
  });
});

describe('what was decided in a visit', () => {
  test.each([
    ['records alone', { records }, ['record']],
    ['events alone', { events }, ['event']],
    ['both', { records, events }, ['record', 'event']],
  ])('waits for its end: %s', async (_what, effects, handedOver) => {
    const visit = visitOf(ann(), new WithEffects(effects));
    visit.flag('a');
    expect(host.waiting).toBe(1);
    await visit.end();
    expect(host.handedOver).toEqual([handedOver]);
  });

  test('is nothing that waits where there are neither records nor events', () => {
    visitOf(ann(), new WithEffects({})).flag('a');
    expect(host.waiting).toBe(0);
  });

  test('is neither stored nor sent for nobody', async () => {
    const visit = visitOf(undefined, new WithEffects({ records, events }));
    visit.flag('a');
    await visit.end();
    expect([host.waiting, host.handedOver]).toEqual([0, [[]]]);
  });

  test('after its end is handed over by itself, together and as often as something comes', async () => {
    const visit = visitOf(ann(), new Deciding());
    await visit.end();
    visit.flag('a');
    visit.flag('b');
    await turns();
    visit.flag('c');
    await turns();
    expect(host.handedOver).toEqual([[], ['event of a', 'event of b'], ['event of c']]);
    expect(host.waiting).toBe(0);
  });
});

describe('a flag that is declared later', () => {
  /** Where `declare` asks, each question makes what it asks for readable. */
  function declaring(): { visit: OpenVisit<string>; asked: (readonly string[])[] } {
    const visit = visitOf(ann(), new Deciding(), new Set(['first']));
    const asked: (readonly string[])[] = [];
    visit.onDeclare = async (keys) => {
      asked.push(keys);
      await turns();
      visit.add(new Set(keys), new Deciding());
    };
    return { visit, asked };
  }

  test('is asked for once, though two handlers declare it at the same time', async () => {
    const { visit, asked } = declaring();
    await Promise.all([visit.declare(['a']), visit.declare(['first', 'a']), visit.declare(['a', 'b'])]);
    expect(asked).toEqual([['a'], ['b']]);
  });

  test('may be read from then on, beside those that were declared before and after it', async () => {
    const { visit } = declaring();
    for (const key of ['a', 'b', 'c']) await visit.declare([key]);
    expect(['first', 'a', 'b', 'c'].map((key) => visit.flag(key).key)).toEqual(['first', 'a', 'b', 'c']);
    expect(() => visit.flag('d')).toThrow('d was not declared');
  });

  test('fail once where the product does: whoever declares later has their flags, and what nobody waits for harms nobody', async () => {
    const { visit } = declaring();
    const works = visit.onDeclare!;
    visit.onDeclare = () => Promise.reject(new Error('the product failed'));
    const unheard = jest.fn();
    process.on('unhandledRejection', unheard);
    const failed = visit.declare(['a']);
    void visit.declare(['b']);
    await turns();
    await expect(failed).rejects.toThrow('the product failed');
    visit.onDeclare = works;
    await visit.declare(['a', 'b']);
    process.off('unhandledRejection', unheard);
    expect(['a', 'b'].map((key) => visit.flag(key).key)).toEqual(['a', 'b']);
    expect(unheard).not.toHaveBeenCalled();
  });

  test('may be any flag where the product makes all of them readable', () => {
    const { visit } = declaring();
    visit.add(undefined, new Deciding());
    expect(visit.flag('d').key).toBe('d');
  });
});

describe('a product can ask a visit', () => {
  test('which flags were read in it, and tell it nothing by that', () => {
    const visit = visitOf(ann(), new Deciding());
    expect(visit.hasRead('a')).toBe(false);
    visit.flag('a');
    expect([visit.hasRead('a'), visit.hasRead('b')]).toEqual([true, false]);
  });

  test('which records were read for it', () => {
    const visit = new OpenVisit<string>(ann(), new Ledger(NOTHING_KNOWN, ['a']), host);
    expect([visit.wasLoaded('a'), visit.wasLoaded('b')]).toEqual([false, true]);
  });

  test('to send what it has written later than it answered, as if it had answered with that', async () => {
    const visit = visitOf(ann(), new Deciding());
    visit.send('late event');
    expect(host.sent).toEqual([{ sent: true, records: [], events: ['late event'], refused: 0 }]);
    await visit.end();
    expect(host.handedOver).toEqual([['late event']]);
  });
});
