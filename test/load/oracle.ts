import type { Answer, FLAGS } from './account.js';
import type { DecidedAlone } from './decided-alone.js';

type FlagName = (typeof FLAGS)[number];

/** Says which answers are wrong: by what is decided alone where rules have decided, by what was shown before where a stored decision was found. */
export class Oracle {
  /** By user and flag, the variations that were shown. */
  private readonly shown = new Map<string, string>();

  constructor(private readonly decided: DecidedAlone) {}

  /** How many flags of the answer are wrong. */
  wrongIn(userId: string, answer: Answer): number {
    const flags = Object.entries(answer) as [FlagName, Answer[FlagName]][];
    return flags.filter(([key, [variation, source, version]]) => {
      const before = this.shown.get(`${key} ${userId}`) ?? '';
      const isRight =
        source === 'storage' ? before.includes(`${variation};`) : variation === this.decided(version, key, userId);
      if (!before.includes(`${variation};`)) this.shown.set(`${key} ${userId}`, `${before}${variation};`);
      return !isRight;
    }).length;
  }
}
