/**
 * The rooms of lib/ and their ranks, top to bottom. A room imports only from rooms below it, through their index.ts;
 * types count as imports. `npm run lint` runs this.
 */
const RANKS = [
  ['entries'],
  ['nest'],
  ['full-stack', 'official-sdk'],
  ['fme'],
  ['client'],
  ['settings', 'storage', 'events'],
  ['transport', 'redis'],
  ['common'],
  ['model'],
];

/** The rooms inside lib/client, top to bottom; the files in lib/client itself stand above them. */
const CLIENT_RANKS = ['visit', 'records', 'port', 'user'];

/** Rooms that are entry points of their own: nothing on the way of a request imports them. The last ones know Nest. */
const WITHOUT_NEST = ['edge', 'contract', 'cli', 'openfeature', 'otel'];
const WITH_NEST = ['testing', 'health', 'webhook'];
const BESIDE = [...WITHOUT_NEST, ...WITH_NEST];

const ROOMS = RANKS.flat();
const anyOf = (names) => `(${names.join('|')})`;

/** A room may import what ranks below it. */
const ranks = RANKS.flatMap((level, rank) => {
  const below = RANKS.slice(rank + 1).flat();
  return level.map((room) => ({
    name: `rank-of-${room}`,
    comment: `lib/${room} imports from ${below.join(', ') || 'no other room'}.`,
    severity: 'error',
    from: { path: `^lib/${room}/` },
    to: {
      path: '^lib/',
      pathNot: [`^lib/${anyOf([room, ...below])}/`, ...(room === 'entries' ? [`^lib/${anyOf(BESIDE)}/`] : [])],
    },
  }));
});

const clientRanks = CLIENT_RANKS.map((room, rank) => ({
  name: `rank-of-client-${room}`,
  comment: `lib/client/${room} imports nothing of the client that stands above it.`,
  severity: 'error',
  from: { path: `^lib/client/${room}/` },
  to: { path: '^lib/client/', pathNot: `^lib/client/${anyOf(CLIENT_RANKS.slice(rank))}/` },
}));

/** Between rooms, through the index only. */
const indexes = [...ROOMS, ...BESIDE].map((room) => ({
  name: `index-of-${room}`,
  comment: `Other rooms import lib/${room} through its index.ts.`,
  severity: 'error',
  from: { path: '^lib/', pathNot: `^lib/${anyOf([room, 'entries'])}/|^lib/index\\.ts$` },
  to: { path: `^lib/${room}/`, pathNot: `^lib/${room}/(engine/)?index\\.ts$` },
}));

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...ranks,
    ...indexes,
    ...clientRanks,
    {
      name: 'engine-is-pure',
      comment: 'The engine takes values and returns values: it imports itself and lib/model.',
      severity: 'error',
      from: { path: '^lib/fme/engine/' },
      to: { pathNot: '^lib/(fme/engine|model)/' },
    },
    {
      name: 'engine-by-its-index',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/fme/engine/' },
      to: { path: '^lib/fme/engine/', pathNot: '^lib/fme/engine/index\\.ts$' },
    },
    {
      name: 'nest-stays-in-its-room',
      comment: 'Only lib/nest and the entry points beside the way know NestJS and rxjs.',
      severity: 'error',
      from: { path: '^lib/', pathNot: `^lib/${anyOf(['nest', ...WITH_NEST])}/` },
      to: { path: '(^|node_modules/)(@nestjs/|rxjs|reflect-metadata)' },
    },
    {
      name: 'beside-the-way-without-nest',
      comment: 'These rooms load without NestJS.',
      severity: 'error',
      from: { path: `^lib/${anyOf(WITHOUT_NEST)}/` },
      to: { path: `^lib/${anyOf(['nest', ...WITH_NEST])}/` },
    },
    {
      name: 'nothing-imports-upwards',
      comment: 'lib/ knows neither its tests nor who uses it; nothing in it imports the package by its name.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(test|bench|sample-app|docs|scripts)/|^nestjs-vwo' },
    },
    {
      name: 'the-face-is-on-top',
      comment: 'No room imports lib/index.ts.',
      severity: 'error',
      from: { path: '^lib/.+/' },
      to: { path: '^lib/index\\.ts$' },
    },
    {
      name: 'every-file-has-a-room',
      comment: 'Only index.ts stands in lib/ itself, and each folder there is a room with a rank.',
      severity: 'error',
      from: { path: '^lib/', pathNot: `^lib/(index\\.ts$|${anyOf([...ROOMS, ...BESIDE])}/)` },
      to: {},
    },
    {
      name: 'tests-keep-the-ranks',
      comment:
        'A test of a room imports nothing that ranks above it, but for the products and the edge that it is tried with.',
      severity: 'error',
      from: {
        path: `^test/${anyOf(['model', 'common', 'transport', 'settings', 'storage', 'events', 'fme/engine'])}/`,
      },
      to: { path: `^lib/${anyOf(['nest', 'full-stack', 'official-sdk'])}/` },
    },
    {
      name: 'not-resolved',
      comment: 'Applications that stand in test/ import the package by its name, which is there once it is built.',
      severity: 'error',
      from: { pathNot: '^test/(typed-flags/application|companions/swagger)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'types', 'default', 'require', 'node'],
      exportsFields: ['exports'],
    },
  },
};
