// What typed flags cost the compiler: npm run bench:types [-- keys uses]. Prints what `tsc` takes for one application without and
// with a declaration of that many flags, as `npx nestjs-vwo types` writes it. Seconds of CPU, so that a busy machine does not count;
// the best of three.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [keys = 5_000, uses = 500] = process.argv.slice(2).map(Number);

const variables = [
  { id: 1, key: 'discount', type: 'integer', value: 10 },
  { id: 2, key: 'button', type: 'string', value: 'blue' },
  { id: 3, key: 'layout', type: 'json', value: { columns: 3, boxes: ['cart'] } },
];
const settings = {
  accountId: 123456,
  features: Array.from({ length: keys }, (_, i) => ({
    id: i + 1,
    key: `flag-${i}`,
    rules: [{ type: 'FLAG_TESTING', ruleKey: 'testingRule1', campaignId: i + 1 }],
  })),
  campaigns: Array.from({ length: keys }, (_, i) => ({
    id: i + 1,
    key: `flag-${i}_testingRule1`,
    type: 'FLAG_TESTING',
    percentTraffic: 100,
    segments: {},
    variations: ['control', 'variation'].map((name, at) => ({ id: at + 1, name, weight: 50, variables })),
  })),
};

const flags = Array.from({ length: uses }, (_, i) => `flag-${Math.floor((i * keys) / uses)}`);
const application = `import { Flag, type VwoFlag, type VwoService } from 'nestjs-vwo';
${flags
  .map(
    (key, i) => `export class Part${i} {
  constructor(private readonly vwo: VwoService) {}
  handle(@Flag('${key}') _flag: VwoFlag) {
    return this.vwo.flag('${key}').getVariable('discount', 0);
  }
}`,
  )
  .join('\n')}`;

const folder = mkdtempSync(join(tmpdir(), 'nestjs-vwo-types-'));
try {
  mkdirSync(join(folder, 'src'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'vwo.json'), JSON.stringify(settings));
  writeFileSync(join(folder, 'src/app.ts'), application);
  const paths = { 'nestjs-vwo': [join(ROOT, 'dist/esm/index.d.ts')] };
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    noEmit: true,
    types: [],
    paths,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  writeFileSync(
    join(folder, 'cpu.cjs'),
    `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system)); });`,
  );
  console.log(`${keys} flags, of which ${uses} are read, each by @Flag and by vwo.flag(…).getVariable(…)`);
  console.log(`without types: ${compiled()}`);
  execFileSync(process.execPath, [join(ROOT, 'dist/esm/cli/main.js'), 'types', '--settings', 'vwo.json'], {
    cwd: folder,
  });
  console.log(`with types:    ${compiled()}`);
} finally {
  rmSync(folder, { recursive: true });
}

function compiled() {
  const runs = [1, 2, 3].map(() => compileOnce());
  const best = runs.sort((a, b) => a.seconds - b.seconds)[0];
  return `${best.seconds.toFixed(1)} s, ${best.megabytes} MB`;
}

function compileOnce() {
  const tsc = join(ROOT, 'node_modules/typescript/lib/tsc.js');
  const args = ['--require', './cpu.cjs', tsc, '-p', '.', '--extendedDiagnostics'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`It does not compile: ${stdout}`);
  const kilobytes = /^Memory used:\s+(\d+)K$/m.exec(stdout)?.[1];
  return { seconds: Number(stderr) / 1e6, megabytes: Math.round(Number(kilobytes) / 1024) };
}
