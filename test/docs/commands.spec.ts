import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CodeBlock, codeBlocks, PAGES, placeOf, ROOT } from './code-blocks.js';
import { manifest } from './package-entries.js';

const shell = codeBlocks().filter(({ language }) => language === 'sh');
const json = codeBlocks().filter(({ language }) => language === 'json');

describe('commands that the documentation shows exist', () => {
  it.each(shell.map((block): [string, CodeBlock] => [placeOf(block), block]))('%s', (_place, { text }) => {
    expect(commandsOf(text).filter((command) => !isKnown(command))).toEqual([]);
  });

  it.each([
    'npm run nothing',
    'npm install ioredis-of-nobody',
    'sh scripts/nothing.sh',
    'npx jest test/nothing',
    'npx nestjs-vwo typos',
    'make',
  ])('`%s` would be refused', (command) => {
    expect(isKnown(command)).toBe(false);
  });
});

describe.each(PAGES)('%s', (page) => {
  const inline = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

  it('names scripts that exist', () => {
    const scripts = inline.flatMap((code) => /^npm run ([\w:-]+)/.exec(code)?.[1] ?? []);
    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  it('names files that exist', () => {
    const folders = ['.', 'lib', dirname(page), join(dirname(page), 'src')].map((folder) => join(ROOT, folder));
    const files = inline.filter((code) => /^[\w.-]+(\/[\w.-]+)+\.(ts|mjs|js|sh|md|json)$/.test(code));
    expect(files.filter((file) => !folders.some((folder) => existsSync(join(folder, file))))).toEqual([]);
  });
});

it('every block that is marked as JSON is JSON', () => {
  expect(json.filter(({ text }) => !isJson(text)).map(placeOf)).toEqual([]);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function commandsOf(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => line.replace(/(^|\s)#.*/, '').split('&&'))
    .map((command) => command.trim().replace(/^(\w+=\S+ )+/, ''))
    .filter(Boolean);
}

function isKnown(command: string): boolean {
  const [program = '', ...args] = command.split(/\s+/);
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (program === 'npm') return isKnownToNpm(words);
  if (program === 'sh' || program === 'bash') return words.length > 0 && existsSync(join(ROOT, words[0] ?? ''));
  if (program === 'npx' && words[0] === 'nestjs-vwo') return ['types', 'flags', 'edge'].includes(words[1] ?? '');
  if (program === 'npx') return installed('.bin').includes(words[0] ?? '') && words.slice(1).every(isNoMissingFile);
  return program === 'git';
}

function isKnownToNpm([verb = '', ...args]: readonly string[]): boolean {
  if (verb === 'run') return (args[0] ?? '') in manifest.scripts;
  if (verb === 'install') return args.every((name) => ['nestjs-vwo', ...PEERS].includes(name.replace(/(.)@.*/, '$1')));
  return ['test', 'ci', 'pack', 'publish', 'version'].includes(verb) && args.every(isNoMissingFile);
}

const PEERS = Object.keys(manifest.peerDependencies);

function isNoMissingFile(word: string): boolean {
  return !word.includes('/') || existsSync(join(ROOT, word));
}

function installed(folder: string): string[] {
  return readdirSync(join(ROOT, 'node_modules', folder));
}
