import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, linkedCopy } from './cache.mjs';
import { environment, output } from './processes.mjs';
import { tools } from './tools.mjs';

const TEMPLATES = join(import.meta.dirname, 'application');

/** What `nest new` adds that neither builds nor tests. */
const NOT_NEEDED =
  /^(@eslint\/|@nestjs\/mau|@vitest\/coverage|eslint|globals|oxlint|prettier|source-map-support|typescript-eslint)/;

const CONFIG_OF_NEST = { 11: '@nestjs/config@4', 12: '@nestjs/config@12' };

const QUIETLY = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
const own = environment(process.execPath);

/** The cell's application in this folder, with the package of the tarball installed: `nest new`, then what a user writes. */
export async function makeApplication(folder, cell, tarball) {
  await linkedCopy(await base(cell), folder);
  await written(folder, cell);
  await npm(folder, 'install', ...QUIETLY, tarball, ...packagesOf(cell));
}

/** What the tool asks for goes before: npm takes one version of a name. */
function packagesOf({ nest, platform, client, tool }) {
  const asked = tools[tool].packages(nest);
  const usual = [
    client.replace(' ', '@'),
    CONFIG_OF_NEST[nest],
    ...(platform === 'fastify' ? [`@nestjs/platform-fastify@${nest}`] : []),
  ];
  return [...usual.filter((one) => !asked.some((other) => nameOf(other) === nameOf(one))), ...asked];
}

/** `@nestjs/config` of `@nestjs/config@4`. */
function nameOf(spec) {
  return spec.replace(/(?<=.)@.*$/, '');
}

/** The application as generated, with its dependencies. */
async function base({ nest, format }) {
  const generated = await generatedApplication(nest, format);
  const digest = createHash('sha256')
    .update(await readFile(join(generated, 'package.json')))
    .digest('hex')
    .slice(0, 12);
  return cached(join('bases', `nest-${nest}-${format}-${digest}`), async (draft) => {
    await cp(generated, draft, { recursive: true });
    await npm(draft, 'install', ...QUIETLY);
  });
}

/** By the generator that `nest new` of this version uses: it asks for the module format, which cannot be answered without a terminal. */
async function generatedApplication(nest, format) {
  const generator = await cached(join('generators', `nest-${nest}`), (draft) =>
    npm(draft, 'install', ...QUIETLY, '--prefix', draft, `@nestjs/cli@${nest}`),
  );
  return cached(join('generated', `nest-${nest}-${format}`), async (draft) => {
    const asked = nest === '11' ? [] : [`--type=${format}`];
    const args = [
      '@nestjs/schematics:application',
      '--name=shop',
      '--directory=.',
      '--package-manager=npm',
      '--language=ts',
    ];
    await output(join(generator, 'node_modules/.bin/schematics'), [...args, ...asked], { cwd: draft, env: own });
    await changeManifest(draft, ({ devDependencies, ...manifest }) => ({
      ...manifest,
      devDependencies: Object.fromEntries(Object.entries(devDependencies).filter(([name]) => !NOT_NEEDED.test(name))),
    }));
  });
}

async function written(folder, cell) {
  const [client] = cell.client.split(' ');
  for (const part of ['every', cell.platform, client]) await template(join(TEMPLATES, part), folder, cell);
  for (const [name, text] of Object.entries(tools[cell.tool].files(cell))) await writeFile(join(folder, name), text);
  await changeManifest(folder, (manifest) => tools[cell.tool].manifest(manifest));
}

/** ES modules import files with their ending, as the templates do; CommonJS as `nest new` writes it, without. */
async function template(from, to, cell) {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await template(source, target, cell);
    else {
      const text = await readFile(source, 'utf8');
      await rm(target, { force: true });
      await writeFile(target, cell.format === 'esm' ? text : text.replace(/(from '\.[^']*)\.js'/g, "$1'"));
    }
  }
}

async function changeManifest(folder, change) {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, `${JSON.stringify(change(manifest), null, 2)}\n`);
}

function npm(cwd, ...args) {
  return output('npm', args, { cwd, env: own });
}
