import { type CompiledSettings, compile, decide } from '../../lib/fme/engine/index.js';
import { NOTHING_STORED } from '../../lib/model/index.js';
import { account, type Answer, type FLAGS } from './account.js';

type FlagName = (typeof FLAGS)[number];

/** Says which answers are wrong: by the engine alone where rules have decided, by what was shown before where a stored decision was found. */
export class Oracle {
  private readonly settings = new Map<number, CompiledSettings>();
  /** By user and flag, the variations that were shown. */
  private readonly shown = new Map<string, string>();

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

  private decided(version: number, key: string, id: string): string | null {
    const { flag } = decide(this.compiled(version), key, { id, userListId: '' }, NOTHING_STORED);
    return flag.variation?.key ?? null;
  }

  private compiled(version: number): CompiledSettings {
    const known = this.settings.get(version);
    if (known) return known;
    const compiled = compile(account(version) as Parameters<typeof compile>[0]);
    this.settings.set(version, compiled);
    return compiled;
  }
}
