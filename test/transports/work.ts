import { Inject, Injectable, Optional } from '@nestjs/common';
import { gate } from '../e2e/nest-app.js';
import { VwoService, type VwoUserContext } from '../../lib/index.js';

/** What can be asked of an application, whichever way it is reached. */
export type Task = 'who' | 'parameters' | 'gated' | 'fails' | 'waits';

/** What work comes as, where it is no request. `ask` finds its answer, where the transport brings none back. */
export interface Message {
  readonly user?: string;
  readonly ask?: string;
}

/** Holds the work `waits`, until the test lets it go on. */
@Injectable()
export class Hold {
  private readonly begun = gate();
  private readonly released = gate();
  readonly hasBegun = this.begun.opened;

  wait(): Promise<void> {
    this.begun.open();
    return this.released.opened;
  }

  release(): void {
    this.released.open();
  }
}

/** Answers of work that nobody answers to its sender: events, jobs, schedules. */
@Injectable()
export class Answers {
  private readonly waiting = new Map<string, { resolve(value: unknown): void; reject(error: unknown): void }>();
  private asked = 0;

  /** Sends, and gives what the handler has answered. */
  async to(send: (ask: string) => unknown): Promise<unknown> {
    const ask = String(++this.asked);
    const answer = new Promise((resolve, reject) => this.waiting.set(ask, { resolve, reject }));
    await send(ask);
    return answer;
  }

  resolve(ask: string | undefined, value: unknown): void {
    if (ask !== undefined) this.waiting.get(ask)?.resolve(value);
  }

  reject(ask: string | undefined, error: unknown): void {
    if (ask !== undefined) this.waiting.get(ask)?.reject(error);
  }
}

/** Reads flags deep down, also after an await, and knows nothing of transports. */
@Injectable()
class Deep {
  constructor(private readonly vwo: VwoService) {}

  async who(between: () => Promise<unknown>): Promise<object> {
    const first = this.vwo.variable('who', 'id', 'nobody');
    await between();
    return { who: [first, this.vwo.variable('who', 'id', 'nobody')] };
  }
}

/** What every handler does. */
@Injectable()
export class Work {
  constructor(
    private readonly deep: Deep,
    private readonly hold: Hold,
    @Optional() @Inject(Answers) private readonly answers?: Answers,
  ) {}

  who(message?: Message): Promise<object> {
    return this.answered(message, () => this.deep.who(() => new Promise((resolve) => setImmediate(resolve))));
  }

  parameters(user: VwoUserContext | undefined, id: string, message?: Message): Promise<object> {
    return this.answered(message, async () => ({ user: user?.id, id }));
  }

  gated(message?: Message): Promise<object> {
    return this.answered(message, async () => ({ in: true }));
  }

  fails(message?: Message): Promise<object> {
    return this.answered(message, async () => {
      await this.who();
      throw new Error('the mail server is down');
    });
  }

  waits(message?: Message): Promise<object> {
    return this.answered(message, () => this.deep.who(() => this.hold.wait()));
  }

  private async answered(message: Message | undefined, work: () => Promise<object>): Promise<object> {
    try {
      const answer = await work();
      this.answers?.resolve(message?.ask, answer);
      return answer;
    } catch (error) {
      this.answers?.reject(message?.ask, error);
      throw error;
    }
  }
}

export const WORK = [Work, Deep, Hold, Answers];
