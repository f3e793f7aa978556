import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CliFolder } from '../cli/cli.fixture.js';
import { codeBlocks, placeOf } from './code-blocks.js';

const blocks = codeBlocks().filter(({ page }) => page === 'docs/cli.md');
const sessions = blocks.filter(({ text }) => text.startsWith('$ '));

/** What the page shows as a session is run, one command after another, in a folder with the settings of the page. */
describe('docs/cli.md shows what the command does', () => {
  let folder: CliFolder;
  beforeAll(async () => {
    folder = await CliFolder.make();
    await folder.beProject();
    await folder.write('src/shop.controller.ts', blocks.find(({ language }) => language === 'ts')?.text);
    await folder.write('vwo-settings.json', blocks.find(({ language }) => language === 'json')?.text);
  });
  afterAll(() => folder.remove());

  it.each(sessions.map((block): [string, string] => [placeOf(block), block.text]))('%s', async (_place, text) => {
    let shown = '';
    for (const [line, command = ''] of text.matchAll(/^\$ (.*)\n/gm)) shown += line + (await outputOf(folder, command));
    expect(shown).toBe(text);
  });
});

/** Of the last command. */
let exitCode: number;

async function outputOf(folder: CliFolder, command: string): Promise<string> {
  const [program, ...args] = command.split(' ');
  if (command === 'echo $?') return `${exitCode}\n`;
  if (program === 'cat') return folder.read(args.join(' '));
  if (program !== 'npx') throw new Error(`The page shows a command that is not run: ${command}`);
  exitCode = await folder.run(args.slice(1));
  return folder.out + folder.error;
}
