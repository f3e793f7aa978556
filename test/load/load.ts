import { Child } from './child.js';
import type { LoadEnd, LoadOptions, LoadSaid, Sample } from './load.process.js';

/** The load, and what it has said so far. It begins at once. */
export class Load {
  readonly samples: Sample[] = [];
  /** Rejects when its process ends without having said it. */
  readonly ended: Promise<LoadEnd>;
  private readonly process: Child<LoadSaid>;

  constructor(options: LoadOptions) {
    this.process = new Child<LoadSaid>('load.process.ts', options);
    this.process.hear((said) => said.kind === 'sample' && this.samples.push(said.sample));
    this.ended = this.process.says((said) => said.kind === 'end');
  }

  /** Resolves after `pauseAfter` requests. */
  async pauses(): Promise<void> {
    await this.process.says((said) => said.kind === 'pauses');
  }

  goOn(): void {
    this.process.ask('go on');
  }

  stop(): Promise<LoadEnd> {
    this.process.ask('stop');
    return this.ended;
  }
}
