import { readdirSync, statSync } from 'node:fs';

/**
 * What is mutated, and the specs that must notice. `without`: parts of the paths of specs that read source files, start
 * processes, or take long and ask only that nothing throws. `withoutTests`: how the names of tests begin that need Jest's module registry or start processes.
 */
export const ROOMS = {
  decide: engineRoom('decide'),
  bucketing: engineRoom('bucketing'),
  segment: engineRoom('segment'),
  client: {
    files: [
      'lib/client/visit/ledger.ts',
      'lib/client/visit/open-visit.ts',
      'lib/client/visit/visits.ts',
      'lib/client/visit/visit-loader.ts',
      'lib/client/visit/visit-hand-over.ts',
      'lib/client/visit/visits-host.ts',
      'lib/client/visit/record-pruning.ts',
      'lib/client/records/write-behind.ts',
      'lib/client/records/bounded-save.ts',
      'lib/client/records/storage-reader.ts',
      'lib/client/records/storage-session.ts',
      'lib/client/visit/waiting-visits.ts',
      'lib/client/port/send-checks.ts',
    ],
    specs: ['test/client', 'test/fme'],
    without: ['test/fme/engine', 'async-context'],
    withoutTests: ['lets it end by itself, closed or not'],
  },
  storage: {
    files: ['lib/storage'],
    specs: ['test/storage', 'test/contract'],
    without: [],
    withoutTests: ["know each other's storages, and count their clients together"],
  },
};

function engineRoom(name) {
  return {
    files: [`lib/fme/engine/${name}`],
    specs: ['test/fme/engine', 'test/differential/published-cases.spec.ts'],
    without: ['purity', 'never-throws'],
    withoutTests: ['hashes 200,000 texts, non-ASCII and broken ones too'],
  };
}

/** The rooms, or parts of them, that the arguments name: names of rooms, files, folders. All without arguments. */
export function chosenRooms(args) {
  return Object.entries(ROOMS).flatMap(([name, { files, specs, without, withoutTests }]) => {
    const all = files.flatMap((path) => filesBelow(path, '.ts'));
    const wanted = args.length === 0 || args.includes(name) ? all : all.filter((file) => isBelow(file, args));
    const tests = specs.flatMap((path) => filesBelow(path, '.spec.ts'));
    const kept = tests.filter((file) => !without.some((part) => file.includes(part)));
    return wanted.length > 0 ? [{ name, files: wanted, specs: kept, withoutTests }] : [];
  });
}

const isBelow = (file, paths) => paths.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));

function filesBelow(path, ending) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending));
  return found.map((file) => `${path}/${file}`).sort();
}
