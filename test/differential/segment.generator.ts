import type { SeededRandom } from './seeded-random.js';

/** What segments and users draw from, so that they meet. */
export const VARIABLES = ['price', 'name', 'version', 'constructor', '_vwoUserId'] as const;
export const TEXTS = [
  'vwo',
  'VWO',
  'a vwo b',
  '10',
  '10.0',
  '10.5',
  '1.2.3',
  '1.2',
  '0',
  '',
  'true',
  'null',
  '€',
  '12abc',
  '[object Object]',
  '1,2',
];
export const USERS = ['user_1', 'user_2', 'Ünïcode', '😀', '42', 'a_b', 'user-with-a-long-id-0123456789'];
/** Ids that code may trip over: names of prototypes, very long, with spaces, signs of URLs, of JSON, of nothing. */
export const ODD_USERS = [
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(3_000),
  ' padded ',
  '0',
  '-1',
  '1e3',
  '%',
  'a&b=c#d/e?f+g',
  '"quoted"',
  'a,b',
  '\u0000',
  '\u202eabc',
  '*',
  'lower(a)',
];
export const ADDRESSES = ['10.0.0.1', '10.0.0.2', '192.168.1.10', '::1', '10'];
export const AGENTS = ['Mozilla/5.0 (Macintosh)', 'curl/8.0', 'Mozilla%2F5.0%20(X11)', '10'];
export const COUNTRIES = ['DE', 'IN', '"US"', ' FR '];
export const CITIES = ['Berlin', 'Pune'];
export const SYSTEMS = ['Windows', 'macOS', 'Android'];
export const BROWSERS = ['Chrome', 'Firefox', 'Mobile Safari'];
export const DEVICES = ['desktop', 'mobile'];
export const VERSIONS = ['10', '10.0', '10.15.7', '9.1', '120.0.1'];

/** A segment tree over every operator and operand; most of them empty. */
export function segmentOf(random: SeededRandom, featureIds: readonly number[]): object {
  if (random.chance(0.08)) return { or: [featureId(random, featureIds)] };
  return random.chance(0.57) ? {} : tree(random, featureIds, random.int(1, 3));
}

/** Who is forced into a variation: simple, so that a test can tell by itself who it is. */
export function whitelistOf(random: SeededRandom): object {
  if (random.chance(0.2)) return {};
  if (random.chance(0.6)) return { or: [{ user: random.some(USERS, 0.15).join(', ') }] };
  return { or: [{ custom_variable: { name: random.pick(['vwo', 'VWO', '€']) } }] };
}

function tree(random: SeededRandom, featureIds: readonly number[], depth: number): object {
  const inner = (): object => tree(random, featureIds, depth - 1);
  if (depth <= 0) return leaf(random);
  switch (random.int(0, 9)) {
    case 0:
      return { not: inner() };
    case 1:
      return { and: location(random) };
    case 2:
      return { and: [...location(random).slice(0, 1), ...random.times(random.int(0, 1), inner)] };
    case 3:
      return { or: devices(random) };
    case 4:
      return { or: [...devices(random).slice(0, 1), inner()] };
    case 5:
      return { or: [...random.times(random.int(0, 1), inner), featureId(random, featureIds)] };
    case 6:
      return { and: random.times(random.int(0, 3), inner) };
    default:
      return { or: random.times(random.int(0, 3), inner) };
  }
}

function leaf(random: SeededRandom): object {
  switch (random.int(0, 11)) {
    case 0:
    case 1:
      return { user: random.some(USERS, 0.5).join(random.pick([',', ' , '])) };
    case 2:
      return { ua: form(random, AGENTS) };
    case 3:
      return { ip_address: form(random, ADDRESSES) };
    case 4:
      return { os_version: form(random, VERSIONS) };
    case 5:
      return { browser_version: form(random, VERSIONS) };
    case 6:
      return random.pick<object>([
        { unknown: 'x' },
        { country: 'DE' },
        { os: 'Windows' },
        { featureId: { 1: 'on' } },
        {},
      ]);
    default:
      return { custom_variable: { [random.pick(VARIABLES)]: customValue(random) } };
  }
}

function customValue(random: SeededRandom): string {
  if (random.chance(0.25))
    return `${random.pick(['gt', 'gte', 'lt', 'lte'])}(${random.pick(['10', '10.0', '10.5', '0'])})`;
  if (random.chance(0.08)) return random.pick(['inlist(list-1)', 'inlist(list-2)', 'inlist()', 'not inlist']);
  return form(random, random.chance(0.3) ? USERS : TEXTS);
}

/** One of the forms of values; also ones that only look like it. */
function form(random: SeededRandom, values: readonly string[]): string {
  const value = random.pick(values);
  const number = random.pick(['10', '10.0', '9.5', '1.2.3', '0', '.5', '120']);
  return random.pick([
    value,
    value,
    `"${value}"`,
    ` ${value} `,
    `lower(${value})`,
    `lower(${value.toUpperCase()})`,
    `wildcard(*${value.slice(0, 4)}*)`,
    `wildcard(${value.slice(0, 3)}*)`,
    `wildcard(*${value.slice(-2)})`,
    `wildcard(${value})`,
    'wildcard(*)',
    `regex(${random.pick(['^v.*o$', '\\d+', '10', '(', 'VWO|10', '^$', '[A-Z]{3}', '.*O.*', '^(\\w+)+$', '^(?!.*o$)', '^(.).*\\1$'])})`,
    `gt(${number})`,
    `gte(${number})`,
    `lt(${number})`,
    `lte(${number})`,
    `gt(${value})`,
    `lower(${value}`,
  ]);
}

function location(random: SeededRandom): object[] {
  return random.shuffled<object>([
    ...random.some([{ country: random.pick(COUNTRIES) }], 0.8),
    ...random.some([{ region: 'North' }], 0.3),
    ...random.some([{ city: random.pick(CITIES) }], 0.4),
  ]);
}

function devices(random: SeededRandom): object[] {
  const value = (values: readonly string[]): unknown =>
    random.pick<unknown>([
      random.pick(values),
      [random.pick(values), random.pick(values)],
      'wildcard(*o*)',
      'wildcard(win*)',
      5,
    ]);
  return random.shuffled<object>([
    ...random.some([{ os: value(SYSTEMS) }], 0.6),
    ...random.some([{ browser_string: value(BROWSERS) }], 0.5),
    ...random.some([{ device_type: value(DEVICES) }], 0.4),
    ...random.some([{ device: value(DEVICES) }], 0.2),
  ]);
}

function featureId(random: SeededRandom, featureIds: readonly number[]): object {
  const id = random.chance(0.1) ? 999_999 : random.pick(featureIds);
  return { featureId: { [id]: random.pick(['on', 'off', 'on', 'off', 'perhaps']) } };
}
