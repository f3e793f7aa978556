/** Where in the settings something is. Put into words (`campaigns[3].segments.and[1]`) only when there is something to say. */
export class SettingsPath {
  constructor(
    private readonly part: string | number,
    private readonly parent?: SettingsPath,
  ) {}

  at(part: string | number): SettingsPath {
    return new SettingsPath(part, this);
  }

  toString(): string {
    const { part, parent } = this;
    if (parent === undefined) return String(part);
    return typeof part === 'number' ? `${parent.toString()}[${part}]` : `${parent.toString()}.${part}`;
  }
}
