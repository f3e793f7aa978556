import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { apiReport, fileOf } from './api-report.js';
import { type EntryApi, publicApi } from './public-api.js';

const ROOT = join(import.meta.dirname, '../..');
const REPORTS = join(ROOT, 'api');

/** `npm run api` sets it: the reports are written before they are compared. */
const RENEW = process.env['RENEW_API'] === '1';

describe('the public API', () => {
  let api: readonly EntryApi[];
  let reports: ReadonlyMap<string, string>;

  beforeAll(async () => {
    api = publicApi(await entries());
    reports = new Map(
      await Promise.all(api.map(async (entry) => [fileOf(entry.entry), await apiReport(entry)] as const)),
    );
    if (RENEW) await renew(reports);
  });

  it('is as api/ says, types included; after a change on purpose: npm run api', async () => {
    const files = await readdir(REPORTS);
    const written = await Promise.all(files.map(async (file) => [file, await readFile(join(REPORTS, file), 'utf8')]));
    expect(Object.fromEntries(reports)).toEqual(Object.fromEntries(written));
  });

  it('mentions no class of the inside but the base of all clients', () => {
    const mentioned = api.flatMap(({ mentioned: items }) => items).filter(({ text }) => /\bclass \w/.test(text ?? ''));
    expect(mentioned.map(({ name }) => name)).toEqual(['ProductClient']);
  });

  it('shows nothing that is marked @internal', () => {
    const items = api.flatMap(({ exported, mentioned }) => [...exported, ...mentioned]);
    expect(items.filter(({ isInternal }) => isInternal).map(({ name }) => name)).toEqual([]);
  });
});

async function entries(): Promise<Map<string, string>> {
  const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, { import: { types: string } } | string>;
  };
  return new Map(
    Object.entries(exports).flatMap(([path, target]) =>
      typeof target === 'string' ? [] : [[`nestjs-vwo${path.slice(1)}`, target.import.types] as const],
    ),
  );
}

async function renew(reports: ReadonlyMap<string, string>): Promise<void> {
  await rm(REPORTS, { recursive: true, force: true });
  await mkdir(REPORTS);
  for (const [file, text] of reports) await writeFile(join(REPORTS, file), text);
}
