import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  abTest,
  accountSettings,
  feature,
  featureRollout,
  featureTest,
  fullStackSettings,
  rollout,
  visualAb,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { eventually } from '../common/waiting.js';
import { typeErrors } from '../typed-flags/type-errors.js';
import { CliFolder } from './cli.fixture.js';

const CHECKOUT = feature('new-checkout', [
  rollout({ percent: 50, variables: { discount: 5, button: "it's", layout: { columns: 2, rows: [{ id: 1 }] } } }),
  abTest({
    variations: [
      { name: 'fast', variables: { discount: 0.5, layout: { columns: 3, rows: [], title: 'x' } } },
      { name: 'slow', variables: { discount: 10, layout: { columns: 1, rows: [{ id: 'a', old: null }] } } },
    ],
  }),
]);
const BETA = feature('beta');

const DECLARATION = `/* eslint-disable */
// Made by \`npx nestjs-vwo types\` from the settings of account 123456. Do not edit it: run that again.
export {};

// prettier-ignore
declare module 'nestjs-vwo' {
  interface VwoFlags {
    beta: {
      variation: never;
      variables: {};
    };
    'new-checkout': {
      variation: 'Rollout' | 'fast' | 'slow';
      variables: {
        button: string;
        discount: number;
        layout: { readonly columns: number; readonly rows: readonly ({ readonly id: string | number; readonly old?: null })[]; readonly title?: string };
      };
    };
  }
}
`;

describe('nestjs-vwo types', () => {
  let folder: CliFolder;
  beforeEach(async () => void (folder = await CliFolder.make()));
  afterEach(() => folder.remove());

  it('writes keys, variations and variables of the settings in a file', async () => {
    await folder.write('vwo.json', accountSettings({ features: [CHECKOUT, BETA] }));
    expect(await folder.run(['types', '--settings', 'vwo.json'])).toBe(0);
    expect(folder.out).toBe('src/vwo-flags.d.ts: 2 flags, written\n');
    expect(await folder.read('src/vwo-flags.d.ts')).toBe(DECLARATION);
  });

  it('writes the same text whatever the order in the settings, and leaves a file that is so already', async () => {
    await folder.write('vwo.json', accountSettings({ features: [BETA, CHECKOUT] }));
    await folder.write('flags.d.ts', DECLARATION);
    expect(await folder.run(['types', '--settings', 'vwo.json', '--out', 'flags.d.ts'])).toBe(0);
    expect(folder.out).toBe('flags.d.ts: 2 flags, as it was\n');
    expect(await folder.read('flags.d.ts')).toBe(DECLARATION);
  });

  it('writes what compiles, whatever the names are', async () => {
    const odd = [
      'it\'s "odd"\\',
      'new\nline',
      '*/ //',
      '`${x}`',
      'ключ',
      '__proto__',
      'half \ud800',
      '\u2028',
      '1',
      'class',
    ];
    const variables = Object.fromEntries(odd.map((name) => [name, { [name]: name }]));
    const features = odd.map((key) => feature(key, [abTest({ variations: [{ name: key, variables }] })]));
    await folder.write('vwo.json', accountSettings({ features }));
    await folder.run(['types', '--settings', 'vwo.json', '--out', 'flags.d.ts']);
    const uses = odd.map((key) => {
      const text = JSON.stringify(key);
      return `{ const flag = vwo.flag(${text}); const value: string | undefined = flag.getVariable(${text})?.[${text}]; void [flag.variation?.key === ${text}, value]; }`;
    });
    const app = await folder.write(
      'app.ts',
      `import type { VwoService } from 'nestjs-vwo';
       declare const vwo: VwoService;
       ${uses.join('\n')}
       // @ts-expect-error no such flag
       vwo.flag('other');`,
    );
    expect(typeErrors([`${folder.path}/flags.d.ts`, app])).toEqual([]);
  });

  it('asks VWO for the account that the environment names, or a file of variables', async () => {
    const edge = await VwoEdge.start({ settings: accountSettings({ features: [BETA] }) });
    const env = { VWO_ACCOUNT_ID: '123456', VWO_SDK_KEY: 'key', VWO_BASE_URL: edge.url };
    expect(await folder.run(['types', '--out', 'a.d.ts'], env)).toBe(0);
    await folder.write(
      '.env',
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    );
    expect(await folder.run(['types', '--out', 'b.d.ts', '--env-file', '.env'])).toBe(0);
    await edge.close();
    expect(await folder.read('a.d.ts')).toContain('beta: {');
    expect(await folder.read('b.d.ts')).toBe(await folder.read('a.d.ts'));
  });

  it('types campaigns of Full Stack: from a file, and from VWO', async () => {
    const settingsFile = fullStackSettings({
      campaigns: [
        visualAb('checkout-test', { variations: [{}, { name: 'fast' }] }),
        featureTest('search', { variations: [{ variables: { boxes: 1 } }, { variables: { boxes: 2 } }] }),
        featureRollout('pricing', { variables: { discount: 0.5, plan: { gold: true } } }),
      ],
    });
    await folder.write('vwo.json', settingsFile);
    expect(await folder.run(['types', '--settings', 'vwo.json', '--out', 'a.d.ts'])).toBe(0);
    const text = await folder.read('a.d.ts');
    expect(text).toContain("'checkout-test': {\n      variation: 'Control' | 'fast';\n      variables: {};\n    };");
    expect(text).toContain('search: {');
    expect(text).toContain('boxes: number;');
    expect(text).toContain('discount: number;\n        plan: { readonly gold: boolean };');

    const edge = await VwoEdge.start({ settingsFile });
    const env = { VWO_ACCOUNT_ID: '123456', VWO_SDK_KEY: 'key', VWO_BASE_URL: edge.url };
    expect(await folder.run(['types', '--out', 'b.d.ts', '--product', 'full-stack'], env)).toBe(0);
    await edge.close();
    expect(await folder.read('b.d.ts')).toBe(text);
  });

  it('types the flags of a client with a name', async () => {
    await folder.write('vwo.json', accountSettings({ features: [BETA] }));
    await folder.run(['types', '--settings', 'vwo.json', '--out', 'a.d.ts', '--client', 'our partners']);
    expect(await folder.read('a.d.ts')).toContain(
      "interface VwoClientFlags {\n    'our partners': {\n      beta: {\n        variation: never;",
    );
  });

  it('watches a file: each change is written, a bad one is told and changes nothing, and it ends when it is asked to', async () => {
    await folder.write('vwo.json', accountSettings({ features: [BETA] }));
    const ended = folder.run(['types', '--settings', 'vwo.json', '--out', 'a.d.ts', '--watch']);
    await eventually(() => folder.out.includes('1 flag, written'));
    await folder.write('vwo.json', '{ "accountId": ');
    await eventually(() => folder.error.includes('this is not JSON'));
    expect(await folder.read('a.d.ts')).toContain('beta: {');
    await folder.write('vwo.json', accountSettings({ features: [BETA, CHECKOUT] }));
    await eventually(() => folder.out.includes('2 flags, written'));
    folder.terminate();
    expect(await ended).toBe(0);
    expect(await folder.read('a.d.ts')).toContain("'new-checkout': {");
  });

  it('ends with 3 and one line where settings cannot be had', async () => {
    expect(await folder.run(['types', '--settings', 'none.json'])).toBe(3);
    expect(folder.error).toMatch(/^nestjs-vwo: No settings from .*none\.json: .* cannot be read: ENOENT[^\n]*\n$/);
    await folder.write('vwo.json', { accountId: 1, features: 'none', campaigns: [] });
    expect(await folder.run(['types', '--settings', 'vwo.json'])).toBe(3);
    expect(folder.error).toMatch(/features/);
    expect(await folder.run(['types', '--env-file', 'none.env'])).toBe(3);
    expect(folder.out).toBe('');
  });

  it('ends with 2 and says what is missing where nothing says which settings', async () => {
    expect(await folder.run(['types'], { VWO_ACCOUNT_ID: '123456' })).toBe(2);
    expect(folder.error).toMatch(/^nestjs-vwo: VWO_SDK_KEY must be .*; or give --settings <file>\n$/);
  });
});
