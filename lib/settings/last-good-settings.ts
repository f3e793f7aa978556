import { errorText, VwoSettingsError } from '../common/index.js';

/** The settings in force. What is refused, or is the same as before, does not replace them. */
export class LastGoodSettings<S> {
  /** Undefined until the first came. */
  current: S | undefined;
  /** `current` as it was fetched. */
  private text: string | undefined;

  constructor(
    private readonly sourceName: string,
    private readonly prepare: (raw: unknown) => S | Promise<S>,
  ) {}

  /** Makes `raw` ready; undefined when it is in force already. Rejects with `VwoSettingsError` when it is refused. */
  async prepared(raw: unknown): Promise<{ settings: S; text: string } | undefined> {
    const text = String(JSON.stringify(raw));
    if (text === this.text) return undefined;
    try {
      return { settings: await this.prepare(raw), text };
    } catch (cause) {
      throw new VwoSettingsError(`Settings from ${this.sourceName} were refused: ${errorText(cause)}`, { cause });
    }
  }

  replace({ settings, text }: { settings: S; text: string }): void {
    this.current = settings;
    this.text = text;
  }
}
