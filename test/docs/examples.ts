import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import { buildLib, type BuiltLib } from '../common/child-process.js';
import { TIMEOUT_MS } from '../common/waiting.js';
import { type CodeBlock, placeOf, ROOT } from './code-blocks.js';
import { entriesAs } from './package-entries.js';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Examples of the documentation in processes of their own; `nestjs-vwo` is lib/, everything else is as installed here. */
export class Examples {
  private constructor(private readonly lib: BuiltLib) {}

  static async prepare(): Promise<Examples> {
    const lib = await buildLib();
    await mkdir(join(lib.folder, 'examples'));
    return new Examples(lib);
  }

  /** Runs it until it ends by itself. */
  async run(block: CodeBlock): Promise<Ran> {
    return node(await this.written(block));
  }

  /** Imports them one after another, and gives what went wrong by the place of the block. */
  async load(blocks: readonly CodeBlock[]): Promise<Record<string, string>> {
    const files: [string, string][] = [];
    for (const block of blocks) files.push([placeOf(block), pathToFileURL(await this.written(block)).href]);
    const loader = join(this.lib.folder, 'examples/load.js');
    await writeFile(
      loader,
      `const wrong = {};
       for (const [place, file] of ${JSON.stringify(files)}) await import(file).catch((error) => (wrong[place] = String(error.stack)));
       console.log(JSON.stringify(wrong));
       process.exit(0);`,
    );
    const { out, error } = await node(loader);
    if (!out.startsWith('{')) throw new Error(`Examples could not be loaded: ${out}${error}`);
    return JSON.parse(out) as Record<string, string>;
  }

  /** Runs them as specs, with the Jest of this repository, and gives what each has to say by its place. */
  async test(blocks: readonly CodeBlock[]): Promise<Record<string, SpecResult>> {
    const folder = join(this.lib.folder, 'specs');
    const places = new Map(blocks.map((block, i) => [join(folder, `${i}.spec.ts`), placeOf(block)]));
    await mkdir(folder);
    await Promise.all(blocks.map(({ text }, i) => writeFile(join(folder, `${i}.spec.ts`), text)));
    const config = join(folder, 'jest.config.mjs');
    await writeFile(config, jestConfig(folder));
    const report = join(folder, 'report.json');
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const { error } = await node(jest, '--config', config, '--runInBand', '--json', `--outputFile=${report}`);
    const { testResults } = JSON.parse(
      await readFile(report, 'utf8').catch(() => Promise.reject(new Error(error))),
    ) as Report;
    return Object.fromEntries(
      testResults.map(({ name, message, assertionResults }) => [
        places.get(name) ?? name,
        { passed: assertionResults.filter(({ status }) => status === 'passed').length, message },
      ]),
    );
  }

  async remove(): Promise<void> {
    await rm(this.lib.folder, { recursive: true });
  }

  private async written(block: CodeBlock): Promise<string> {
    const name = placeOf(block).replace(/\W/g, '-');
    const file = join(this.lib.folder, 'examples', `${name}.${block.language === 'js' ? 'cjs' : 'js'}`);
    const code = block.language === 'js' ? block.text : await javaScriptOf(block.text);
    await writeFile(file, this.withOurLib(code));
    return file;
  }

  private withOurLib(code: string): string {
    const built = new Map(
      entriesAs((entry, source) => [
        entry,
        join(this.lib.folder, relative(join(ROOT, 'lib'), source).replace(/ts$/, 'js')),
      ]),
    );
    return code.replace(/(['"])(nestjs-vwo(?:\/[\w-]+)?)\1/g, (as, _quote, entry: string) => {
      const file = built.get(entry);
      return file ? JSON.stringify(file) : (as as string);
    });
  }
}

export interface SpecResult {
  readonly passed: number;
  readonly message: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

function jestConfig(folder: string): string {
  const ours = entriesAs((entry, source): [string, string] => [`^${entry}$`, source]);
  return `import config from ${JSON.stringify(join(ROOT, 'jest.config.js'))};
    const { moduleNameMapper, transform, extensionsToTreatAsEsm, testRegex } = config;
    export default {
      transform, extensionsToTreatAsEsm, testRegex,
      rootDir: ${JSON.stringify(folder)},
      roots: ['<rootDir>'],
      // The folder lies below node_modules, which Jest leaves out otherwise.
      haste: { retainAllFiles: true },
      testPathIgnorePatterns: [],
      transformIgnorePatterns: [],
      moduleNameMapper: { ...${JSON.stringify(Object.fromEntries(ours))}, ...moduleNameMapper },
    };`;
}

async function javaScriptOf(text: string): Promise<string> {
  const { code } = await transform(text, {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  return code;
}

function node(...args: string[]): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    VWO_SDK_KEY: 'key-of-the-documentation',
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: ROOT, timeout: 2 * TIMEOUT_MS, env }, (_error, out, error) =>
      resolve({ code: child.exitCode, out, error }),
    );
  });
}
