import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CliFolder } from './cli.fixture.js';

describe('nestjs-vwo', () => {
  let folder: CliFolder;
  beforeEach(async () => void (folder = await CliFolder.make()));
  afterEach(() => folder.remove());

  it('has help, with the exit codes, and a version', async () => {
    expect(await folder.run(['--help'])).toBe(0);
    expect(folder.out).toMatch(/^Usage: nestjs-vwo .*types .*Exit codes: 0 /s);
    expect(await folder.run(['types', '--help'])).toBe(0);
    expect(folder.out).toContain('--settings <file>');
    expect(await folder.run(['--version'])).toBe(0);
    expect(folder.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(folder.error).toBe('');
  });

  it.each([
    [['typos'], 'types'],
    [['types', '--setings', 'x'], '--settings'],
    [['types', '--product', 'x'], 'fme'],
    [['types', '--json'], '--json is for --check'],
    [['types', '--project', 'tsconfig.app.json'], '--project is for --check'],
    [['types', '--client', ' '], 'the name of a client'],
    [[], 'Usage'],
  ])('ends with 2 when it is called as %j, and says what there is', async (args, says) => {
    expect(await folder.run(args)).toBe(2);
    expect(folder.error).toContain(says);
    expect(folder.out).toBe('');
  });
});
