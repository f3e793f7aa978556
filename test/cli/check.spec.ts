import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountSettings, feature, rollout } from '../../lib/entries/edge.js';
import { CliFolder } from './cli.fixture.js';

/** Every way to name a flag: keys `by-…` are of the client without a name. */
const USES = `import { Controller } from '@nestjs/common';
import { Flag as Given, FlagEnabled, FlagVariable, InjectVwo, RequireFlag, UseFlags, type Visit, type VwoFlag, VwoService, type VwoServiceOf } from 'nestjs-vwo';
import { FmeClient } from 'nestjs-vwo/client';
import { Variation } from 'nestjs-vwo/full-stack';
import * as all from 'nestjs-vwo';
import { IMPORTED, Keys } from './keys';

const LOCAL = 'by-const';
const LIST = ['by-tuple-1', 'by-tuple-2'] as const;

@Controller()
@RequireFlag('by-class-gate')
export class Handlers {
  constructor(private readonly vwo: VwoService, @InjectVwo('partners') private readonly theirs: VwoServiceOf<'partners'>) {}

  @UseFlags('by-use-1', 'by-use-2')
  @UseFlags(['of-partners'], { client: 'partners' })
  handle(
    @Given('by-parameter') _1: VwoFlag,
    @FlagEnabled(LOCAL) _2: boolean,
    @FlagVariable(Keys.OfEnum, 'x', 0) _3: number,
    @Variation(IMPORTED) _4: string | null,
    @all.Flag('by-namespace') _5: VwoFlag,
    @Given('of-partners', { client: 'partners' }) _6: VwoFlag,
  ) {
    this.vwo.flag('by-service');
    this.vwo.isEnabled(Math.random() > 0.5 ? 'by-either' : 'by-other');
    this.vwo.variable('by-variable', 'x', 0);
    void this.vwo.run({ id: 'ann' }, (visit) => visit.flag('by-visit'), ['by-run']);
    void this.vwo.visit({ id: 'ann' }, LIST);
    this.theirs.flag('of-partners');
  }

  read(visit: Visit, theirs: Visit<'partners'>, key: string) {
    void visit.declare?.(['by-declare']);
    theirs.flag('of-partners');
    this.vwo.flag(key);
    void new FmeClient({}).visit({ id: 'ann' }, ['by-client']);
    void new FmeClient({}).visit<'partners'>({ id: 'ann' }, ['of-partners']);
    other.flag('of-another-library');
    flag('of-another-library');
  }
}

declare const other: { flag(key: string): void };
declare function flag(key: string): void;
`;
const KEYS = `export const IMPORTED = 'by-import';
export enum Keys { OfEnum = 'by-enum' }
`;
const USED = [...USES.matchAll(/'(by-[\w-]+)'/g), ...KEYS.matchAll(/'(by-[\w-]+)'/g)].map(([, key = '']) => key);

describe('nestjs-vwo types --check', () => {
  let folder: CliFolder;
  beforeEach(async () => {
    folder = await CliFolder.make();
    await folder.beProject();
    await folder.write('src/keys.ts', 'export {};');
  });
  afterEach(() => folder.remove());

  const check = (...more: string[]): Promise<number> =>
    folder.run(['types', '--settings', 'vwo.json', '--check', ...more]);

  /** Settings with these flags, and a declaration of them. */
  async function account(keys: readonly string[], ...types: string[]): Promise<void> {
    await folder.write('vwo.json', accountSettings({ features: keys.map((key) => feature(key, [rollout()])) }));
    expect(await folder.run(['types', '--settings', 'vwo.json', ...types])).toBe(0);
  }

  it('finds every use of a flag by its key, wherever the key is written', async () => {
    await account(USED);
    await folder.write('src/uses.ts', USES);
    await folder.write('src/keys.ts', KEYS);
    expect(await check('--json')).toBe(0);
    expect(JSON.parse(folder.out)).toEqual({
      file: 'src/vwo-flags.d.ts',
      missing: [],
      gone: [],
      changed: [],
      unknown: [],
      mistyped: [],
      unused: [],
    });
    expect(await check()).toBe(0);
    expect(folder.out).toBe('src/vwo-flags.d.ts is as the settings say\n');
  });

  it('tells what the code uses and VWO does not have, with file, line and column', async () => {
    await account([]);
    await folder.write('src/uses.ts', USES);
    await folder.write('src/keys.ts', KEYS);
    expect(await check('--json')).toBe(1);
    const { unknown } = JSON.parse(folder.out) as {
      unknown: { key: string; file: string; line: number; column: number }[];
    };
    expect(new Set(unknown.map(({ key }) => key))).toEqual(new Set(USED));
    const line = USES.split('\n').findIndex((text) => text.includes("'by-parameter'")) + 1;
    expect(unknown).toContainEqual({ key: 'by-parameter', file: 'src/uses.ts', line, column: 12 });
  });

  it("tells it of the client's own flags where there are several", async () => {
    await account(['of-partners'], '--client', 'partners', '--out', 'src/partners.d.ts');
    await folder.write('src/uses.ts', USES);
    await folder.write('src/keys.ts', KEYS);
    expect(await check('--client', 'partners', '--out', 'src/partners.d.ts')).toBe(0);
    await account(['other'], '--client', 'partners', '--out', 'src/partners.d.ts');
    expect(await check('--client', 'partners', '--out', 'src/partners.d.ts', '--json')).toBe(1);
    const { unknown } = JSON.parse(folder.out) as { unknown: { key: string }[] };
    expect(unknown.map(({ key }) => key)).toEqual(Array(5).fill('of-partners'));
  });

  it('tells what is in the file and not in VWO, the other way round, and what is of other types', async () => {
    await account(['gone', 'kept', 'retyped']);
    const retyped = feature('retyped', [rollout({ variables: { discount: 1 } })]);
    await folder.write(
      'vwo.json',
      accountSettings({ features: [feature('kept', [rollout()]), retyped, feature('new')] }),
    );
    expect(await check()).toBe(1);
    expect(folder.out)
      .toBe(`src/vwo-flags.d.ts differs from the settings. To write it again: npx nestjs-vwo types --out src/vwo-flags.d.ts
  new: VWO has it, the file does not
  gone: src/vwo-flags.d.ts:8, VWO no longer has it
  retyped: src/vwo-flags.d.ts:16, its variations or variables are others
VWO has flags that the code does not use:
  kept: src/vwo-flags.d.ts:12
  new
  retyped: src/vwo-flags.d.ts:16
`);
  });

  it('finds the keys of a type of several: each of them may be read', async () => {
    const keys = ['alias-1', 'alias-2', 'annotated-1', 'annotated-2', 'element-1', 'element-2', 'enum-1', 'enum-2'];
    keys.push('generic-1', 'generic-2', 'maybe', 'template-new', 'template-old');
    await folder.write(
      'src/uses.ts',
      `import { Flag, type Visit, type VwoFlag, type FlagKey } from 'nestjs-vwo';
       type Alias = 'alias-1' | 'alias-2';
       enum Keys { One = 'enum-1', Two = 'enum-2' }
       declare const chosen: 'annotated-1' | 'annotated-2';
       export class Handlers {
         handle(@Flag(chosen) _: VwoFlag) {}
         read<K extends 'generic-1' | 'generic-2'>(visit: Visit, alias: Alias, keys: Keys, generic: K) {
           for (const key of [alias, keys, generic] as const) void key;
           visit.flag(alias); visit.flag(keys); visit.flag(generic);
         }
         more(visit: Visit, elements: readonly ('element-1' | 'element-2')[], maybe: 'maybe' | undefined, age: 'new' | 'old') {
           void visit.declare?.(elements);
           visit.flag(maybe!);
           visit.flag(\`template-\${age}\` as const);
         }
         any(visit: Visit, key: FlagKey, text: string, loose: 'loose' | (string & {})) {
           visit.flag(key); visit.flag(text); visit.flag(loose as FlagKey);
         }
       }`,
    );
    await account(keys);
    expect(await check()).toBe(0);
    expect(folder.out).toBe('src/vwo-flags.d.ts is as the settings say\n');
    await account(['other-1', 'other-2']);
    expect(await check('--json')).toBe(1);
    const { unknown, unused } = JSON.parse(folder.out) as Record<'unknown' | 'unused', { key: string }[]>;
    expect(new Set(unknown.map(({ key }) => key))).toEqual(new Set(keys));
    expect(unused.map(({ key }) => key)).toEqual(['other-1', 'other-2']);
  });

  describe('tells parameters of another type than what their decorator gives', () => {
    const variables = { discount: 5, button: 'red', on: true, layout: { columns: 2, rows: ['a'] } };
    beforeEach(async () => {
      await folder.write('vwo.json', accountSettings({ features: [feature('f', [rollout({ variables })])] }));
      expect(await folder.run(['types', '--settings', 'vwo.json'])).toBe(0);
    });

    const given = (...parameters: string[]): Promise<string> =>
      folder.write(
        'src/uses.ts',
        `import { FlagEnabled, FlagVariable } from 'nestjs-vwo';
import { Variation } from 'nestjs-vwo/full-stack';
declare const pipe: { transform(value: unknown): string };
declare const keys: { f: 'f' };
interface Layout { readonly columns: number; readonly rows: readonly string[]; readonly title?: string }
export class Handlers {
${parameters.map((parameter, i) => `  at${i}(${parameter} ) {}`).join('\n')}
}`,
      );

    it('with file, line and column, as a report and as JSON', async () => {
      const wrong = [
        ["@FlagVariable('f', 'discount', 0) discount: string", 'number', 'string'],
        ["@FlagVariable(keys.f, 'button', '') button: number", 'string', 'number'],
        ["@FlagVariable('f', 'on', false) on: 'yes' | 'no'", 'boolean', "'yes' | 'no'"],
        ["@FlagVariable('f', 'discount', null) discount: number", 'number | null', 'number'],
        [
          "@FlagVariable('f', 'layout', null) layout: { columns: string } | null",
          '{ readonly columns: number; readonly rows: readonly string[]; } | null',
          '{ columns: string } | null',
        ],
        ["@FlagEnabled('f') on: string", 'boolean', 'string'],
        ["@Variation('f') variation: string", 'string | null', 'string'],
      ] as const;
      await given("@FlagEnabled('f') on: boolean", ...wrong.map(([parameter]) => parameter));
      const expected = wrong.map(([parameter, gives, says], i) => {
        const [decorator = ''] = /^@\w+\(.*?\)/.exec(parameter) ?? [];
        return { key: 'f', decorator, gives, says, file: 'src/uses.ts', line: 8 + i, column: 7 };
      });
      expect(await check('--json')).toBe(1);
      expect((JSON.parse(folder.out) as { mistyped: object[] }).mistyped).toEqual(expected);
      const lines = expected.map(
        ({ decorator, gives, says, line }) =>
          `  ${decorator}: src/uses.ts:${line}:7, it gives ${gives}, the parameter says ${says}\n`,
      );
      expect(await check()).toBe(1);
      expect(folder.out).toBe(`Parameters are of another type than what their decorator gives:\n${lines.join('')}`);
    });

    it('and of no other', async () => {
      await given(
        "@FlagVariable('f', 'discount', 0) discount: number",
        "@FlagVariable('f', 'discount', 0) discount: unknown",
        "@FlagVariable('f', 'discount', 0) discount",
        "@FlagVariable('f', 'discount', null) discount: number | null",
        "@FlagVariable('f', 'button', 'red') button: 'red' | 'blue'",
        "@FlagVariable('f', 'discount', 0, pipe) discount: string",
        "@FlagVariable('f', 'discount', 0, { client: 'partners' }) discount: string",
        "@FlagVariable('f', 'unheard-of', 0) discount: string",
        "@FlagVariable('f', 'layout', { columns: 1, rows: [], title: 'x', more: 1 }) layout: Layout",
        "@FlagVariable('f', 'layout', undefined) layout?: { columns: number; rows: string[] }",
        "@FlagVariable('f', 'discount', undefined) discount: number = 3",
        "@FlagEnabled('f', pipe) on: string",
        "@Variation('f', pipe) variation: string",
        "@Variation('f') variation: string | null",
        "@Variation('f') variation: any",
      );
      await check();
      expect(folder.out).toBe('src/vwo-flags.d.ts is as the settings say\n');
    });

    it('by the settings, whatever the file says, and where there is none', async () => {
      await given("@FlagVariable('f', 'discount', 0) discount: string");
      const said = (await folder.read('src/vwo-flags.d.ts')).replace('discount: number', 'discount: string');
      await folder.write('src/vwo-flags.d.ts', said);
      expect(await check()).toBe(1);
      expect(folder.out).toContain('src/uses.ts:7:7, it gives number, the parameter says string');
      expect(await check('--out', 'elsewhere/flags.d.ts')).toBe(1);
      expect(folder.out).toContain('src/uses.ts:7:7, it gives number, the parameter says string');
    });
  });

  it('does not mind how the file is formatted, and misses a file that is not there', async () => {
    await account(['one']);
    const text = await folder.read('src/vwo-flags.d.ts');
    await folder.write('src/vwo-flags.d.ts', text.replace(/'/g, '"').replace(/\n +/g, '\n\t'));
    expect(await check()).toBe(0);
    expect(await check('--out', 'src/other.d.ts')).toBe(1);
    expect(folder.out).toContain('one: VWO has it, the file does not');
  });

  it('ends with 3 where the project has no TypeScript or no tsconfig.json', async () => {
    await account(['one']);
    expect(await check('--project', 'tsconfig.none.json')).toBe(3);
    expect(folder.error).toMatch(/tsconfig\.none\.json cannot be read: /);
    const bare = await CliFolder.make();
    await bare.write('vwo.json', accountSettings());
    expect(await bare.run(['types', '--settings', 'vwo.json', '--check'])).toBe(3);
    expect(bare.error).toContain('TypeScript is not installed. npm install --save-dev typescript@6');
    await bare.remove();

    const newer = await CliFolder.make();
    await newer.write('vwo.json', accountSettings());
    await newer.write('node_modules/typescript/index.js', "exports.version = '7.0.2';");
    expect(await newer.run(['types', '--settings', 'vwo.json', '--check'])).toBe(3);
    expect(newer.error).toContain(
      'TypeScript 7.0.2 has no API to read code with. npm install --save-dev @typescript/typescript6',
    );
    await newer.remove();
  });

  it('is not called together with --watch', async () => {
    expect(await check('--watch')).toBe(2);
  });
});
