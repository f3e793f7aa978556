import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Diagnostics, systemClock } from '../../lib/common/index.js';
import { FME_OPTIONS } from '../../lib/fme/index.js';
import { VARIABLE_OF } from '../../lib/fme/environment.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'sample-app/README.md', ...pagesIn('docs')];

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

describe('the documentation names', () => {
  it.each([...FME_OPTIONS])('the option `%s`', (option) => {
    expect(textOf('docs/options.md')).toContain(`\`${option}\``);
  });

  it.each([...VARIABLE_OF.values()])('the environment variable %s', (variable) => {
    expect(textOf('docs/options.md')).toContain(`\`${variable}\``);
  });

  it.each(Object.keys(new Diagnostics(console, systemClock).snapshot()))('the counter `%s`', (counter) => {
    expect(textOf('docs/operating.md')).toContain(`\`${counter}\``);
  });

  it.each(Object.keys(new Diagnostics(console, systemClock).dropped()))(
    'the reason `%s` of events given up',
    (reason) => {
      expect(textOf('docs/operating.md')).toContain(`\`${reason}\``);
    },
  );

  it('every entry point of the package', () => {
    const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, unknown> };
    const names = Object.keys(exports).filter((name) => name !== './package.json');
    const page = textOf('docs/compatibility.md');
    expect(names.filter((name) => !page.includes(`\`nestjs-vwo${name.slice(1)}\``))).toEqual([]);
  });
});

describe.each(PAGES)('%s', (page) => {
  it('links to pages and headings that exist', () => {
    const links = [...proseOf(page).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !/^https?:/.test(target) && !exists(page, target))).toEqual([]);
  });
});

it('docs/storage.md shows the SQL storage that keeps the contract', () => {
  const source = textOf('test/storage/sql.storage.ts').replace("'../../lib/index.js'", "'nestjs-vwo'");
  expect(textOf('docs/storage.md')).toContain(source);
});

it('README leads to every page of docs/ for users', () => {
  const forMaintainers = ['docs/architecture.md', 'docs/decisions.md', 'docs/releasing.md', 'docs/upgrading.md'];
  const pages = pagesIn('docs').filter((page) => !forMaintainers.includes(page));
  expect(pages.filter((page) => !textOf('README.md').includes(`(${page})`))).toEqual([]);
});

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : []));
}

/** Without its blocks of code. */
function proseOf(page: string): string {
  return textOf(page).replace(/^ *```[\s\S]*?^ *```$/gm, '');
}

function exists(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const linked = path ? join(dirname(page), path) : page;
  return existsSync(join(ROOT, linked)) && (heading === undefined || anchorsOf(linked).includes(heading));
}

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}
