import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsPlace } from '../../lib/cli/account/index.js';
import { SettingsChanges } from '../../lib/cli/settings-changes.js';
import { eventually, turns } from '../common/waiting.js';
import { gate } from '../e2e/nest-app.js';
import { CliFolder } from './cli.fixture.js';

describe('changes of a file of settings', () => {
  let folder: CliFolder;
  let place: SettingsPlace;
  let stop: () => void;
  let ended: Promise<void>;
  beforeEach(async () => {
    folder = await CliFolder.make();
    place = { file: await folder.write('vwo.json', 'first') } as SettingsPlace;
    ended = new Promise((resolve) => (stop = resolve));
  });
  afterEach(() => folder.remove());

  it('that come while the settings are read the first time are found afterwards', async () => {
    const changes = await SettingsChanges.from(place);
    const works: string[] = [];
    await folder.replace('vwo.json', 'the second');
    const following = changes.follow(async () => void works.push(await folder.read('vwo.json')), ended);
    await eventually(() => works.length > 0);
    stop();
    await following;
    expect(works).toEqual(['the second']);
  });

  it('that come during work are found after it, and what is under way at the end is waited for', async () => {
    const changes = await SettingsChanges.from(place);
    const [first, last] = [gate(), gate()];
    const log: string[] = [];
    const work = async (): Promise<void> => {
      const content = await folder.read('vwo.json');
      log.push(`begins ${content}`);
      await (content === '2' ? first : last).opened;
      log.push(`ends ${content}`);
    };
    await folder.replace('vwo.json', '2');
    let isOver = false;
    const following = changes.follow(work, ended).then(() => (isOver = true));
    await eventually(() => log.length === 1);
    await folder.replace('vwo.json', '33');
    first.open();
    await eventually(() => log.length === 3);
    stop();
    await turns();
    expect(isOver).toBe(false);
    last.open();
    await following;
    expect(log).toEqual(['begins 2', 'ends 2', 'begins 33', 'ends 33']);
  });

  it('are that it is gone, and that it is there again', async () => {
    const changes = await SettingsChanges.from(place);
    const found: string[] = [];
    const work = async (): Promise<void> =>
      void found.push(await folder.read('vwo.json').catch((error: NodeJS.ErrnoException) => String(error.code)));
    const following = changes.follow(work, ended);
    await folder.removeFile('vwo.json');
    await eventually(() => found.includes('ENOENT'));
    await folder.replace('vwo.json', 'back');
    await eventually(() => found.includes('back'));
    stop();
    await following;
    expect(found).toEqual(['ENOENT', 'back']);
  });
});

it('an account at VWO is not asked again before its time, and the end is not waited for', async () => {
  const changes = await SettingsChanges.from({ file: undefined } as SettingsPlace);
  let works = 0;
  await changes.follow(async () => void works++, Promise.resolve());
  expect(works).toBe(0);
});
