/** `npm run fleet`: several instances on one Redis: a rolling restart under load, first requests that come to all of them at once, new settings, and a near cache. */
import { parseArgs } from 'node:util';
import { command, positive } from './command.js';
import { quantile, requests, sum } from './fault-report.js';
import { nearCache, type NearCacheResult } from './near-cache.js';
import { notices, type NoticesResult } from './notices.js';
import { races, type RacesResult } from './races.js';
import { rollingRestart, type RollingResult } from './rolling.js';

const USAGE = `npm run fleet [-- options]

  --only rolling|races|notices|near-cache  default: all
  --short               what CI runs
  --users N             of the races; default 10,000
  --seconds N           how long each set of instances answers in the rolling restart; default 5
  --rate N              requests per second of the rolling restart; default 1000
  --times N             how often new settings are published; default 100
  --writes N            of a user whom another process has in its near cache; default 1000`;

const INSTANCES = 3;
const CONNECTIONS = 50;

const LONG = { users: '10000', seconds: '5', rate: '1000', times: '100', writes: '1000' };
const SHORT = { users: '300', seconds: '1.5', rate: '300', times: '10', writes: '100' };

const PARTS = ['rolling', 'races', 'notices', 'near-cache'];

interface Options {
  readonly only: string | undefined;
  readonly users: number;
  readonly seconds: number;
  readonly rate: number;
  readonly times: number;
  readonly writes: number;
  readonly help: boolean;
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      short: { type: 'boolean', default: false },
      users: { type: 'string' },
      seconds: { type: 'string' },
      rate: { type: 'string' },
      times: { type: 'string' },
      writes: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, short, help } = values;
  if (only !== undefined && !PARTS.includes(only)) throw new Error(`--only is one of ${PARTS.join(', ')}, got ${only}`);
  const { users, seconds, rate, times, writes } = { ...(short ? SHORT : LONG), ...values };
  return {
    only,
    users: positive('--users', users),
    seconds: positive('--seconds', seconds),
    rate: positive('--rate', rate),
    times: positive('--times', times),
    writes: positive('--writes', writes),
    help,
  };
}

function rollingTold({ samples, failures, ended, verdict }: RollingResult): string[] {
  const failed = sum(samples, (sample) => sample.failed);
  const flipped = sum(samples, (sample) => sample.flipped);
  const wrong = sum(samples, (sample) => sample.wrong);
  const ms = (share: number): string => `${quantile(samples, share)?.toFixed(1) ?? '–'} ms`;
  const { users, notStored, otherStored, notCounted } = verdict;
  const bad =
    failed + flipped + wrong + notStored + otherStored + notCounted + ended.filter(({ by }) => by !== 'SIGTERM').length;
  return [
    `rolling restart of ${INSTANCES} instances: ${requests(samples)} requests, ${failed} failed, p50 ${ms(0.5)}, p99 ${ms(0.99)}`,
    `  ${users} users: ${flipped} shown another variation, ${notStored} not stored, ${otherStored} stored otherwise, impressions of ${notCounted} lost; ${wrong} flags wrong`,
    `  instances ended by ${ended.map(({ by, within }) => `${by} after ${within.toFixed(0)} ms`).join(', ')}`,
    ...failures.map((failure) => `  ${failure}`),
    ...(bad > 0 || requests(samples) === 0 ? ['  WRONG: see above'] : []),
  ];
}

function racesTold({
  users,
  save,
  settings,
  differed,
  otherAfterAnswer,
  otherAfterSave,
  savedAfter,
}: RacesResult): string[] {
  const sorted = [...savedAfter].sort((a, b) => a - b);
  const ms = (share: number): string =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1)} ms`;
  const bad = otherAfterSave > 0 || sorted.length === 0 || (save === 'before-response' && otherAfterAnswer > 0);
  return [
    `save: '${save}': ${users} users, each at ${INSTANCES} instances at once, ${settings} changes of settings; ${differed} users got first answers that differ`,
    `  other variation than stored: ${otherAfterAnswer} of ${users * INSTANCES} answers to requests after the first answer, ${otherAfterSave} of ${sorted.length * INSTANCES} after the record was there`,
    `  record in Redis after the first answer: p50 ${ms(0.5)}, p99 ${ms(0.99)} (of ${sorted.length} users)`,
    ...(bad ? ['  WRONG: see above'] : []),
  ];
}

function noticesTold({ times, called, last, fetches, back }: NoticesResult): string[] {
  const bad = back > 0 || last.length !== times || fetches !== times + 1;
  return [
    `new settings ${times} times, VWO's webhook calls one of ${INSTANCES} instances: ${fetches} fetches; settings of before were seen again ${back} times`,
    `  deciding by them, from the call: that instance ${shares(called)}, the last of all ${shares(last)}`,
    ...(bad ? ['  WRONG: see above'] : []),
  ];
}

function nearCacheTold({ times, fromWrite, fromAnswer }: NearCacheResult): string[] {
  return [
    `${times} writes of a user whom another process has in its near cache: it found each of them`,
    `  from the write: ${shares(fromWrite)}; from Redis' answer to it: ${shares(fromAnswer)}`,
    ...(fromWrite.length === times ? [] : ['  WRONG: see above']),
  ];
}

/** The median, the 99th of 100 and the longest, in ms. */
function shares(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => `${sorted[Math.ceil(sorted.length * share) - 1]?.toFixed(1)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`;
}

async function main(): Promise<void> {
  const { only, users, seconds, rate, times, writes, help } = optionsOf(process.argv.slice(2));
  if (help) return console.log(USAGE);
  const lines: string[] = [];
  const isAsked = (part: string): boolean => only === undefined || only === part;
  if (isAsked('rolling')) {
    lines.push(...rollingTold(await rollingRestart({ instances: INSTANCES, connections: CONNECTIONS, seconds, rate })));
  }
  if (isAsked('races')) {
    for (const save of ['after-response', 'before-response'] as const) {
      lines.push(...racesTold(await races({ instances: INSTANCES, users, save })));
    }
  }
  if (isAsked('notices')) lines.push(...noticesTold(await notices({ instances: INSTANCES, times })));
  if (isAsked('near-cache')) lines.push(...nearCacheTold(await nearCache({ times: writes })));
  console.log(lines.join('\n'));
  if (lines.some((line) => line.includes('WRONG'))) process.exitCode = 1;
}

command(main, USAGE);
