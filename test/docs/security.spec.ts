import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);

/** Rows of the threat model: who, what holds, and the files that test it. */
const rows = readFileSync(new URL('SECURITY.md', ROOT), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| who | what holds'))
  .map((line) => line.replace(/^\| | \|$/g, '').split(/ ?\| /));

describe('the threat model in SECURITY.md', () => {
  it('says of each line what holds, and has a test for it', () => {
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows)
      expect(row).toEqual([expect.any(String), expect.stringMatching(/.{20}/), expect.stringMatching(/^`test\//)]);
  });

  it('names tests that there are', () => {
    const files = rows.flatMap(([, , tests = '']) => [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file));
    expect(files.filter((file) => !file.endsWith('.spec.ts') || !existsSync(new URL(file, ROOT)))).toEqual([]);
  });
});
