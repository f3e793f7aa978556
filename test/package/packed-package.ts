import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { manifestOf, ROOT } from './manifest.js';
import { packedTarball } from './packed-tarball.js';

const run = promisify(execFile);

/** What an application with the module has beside it: for `linkedWith`. */
export const NEST_PEERS = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/config',
  'reflect-metadata',
  'rxjs',
];

/** What `npm pack` makes of dist/, and projects that have nothing else of this repository. */
export class PackedPackage {
  private projects = 0;

  private constructor(
    private readonly directory: string,
    readonly tarball: string,
  ) {}

  /** npm packs once for all specs, until something in the package changes. */
  static async pack(): Promise<PackedPackage> {
    const tarball = await packedTarball();
    return new PackedPackage(await mkdtemp(join(tmpdir(), 'nestjs-vwo-packed-')), tarball);
  }

  /** The files of the tarball. */
  async unpacked(into = join(this.directory, 'unpacked')): Promise<string> {
    await mkdir(into, { recursive: true });
    await run('tar', ['-xzf', this.tarball, '-C', into, '--strip-components=1']);
    return into;
  }

  /**
   * A project that has the files of the tarball and these packages of ours, without npm: quick, and nothing comes along. What npm
   * makes of the tarball, the matrix tries.
   */
  async linkedWith(...packages: string[]): Promise<Project> {
    const project = await this.project();
    await this.unpacked(join(project.directory, 'node_modules/nestjs-vwo'));
    await project.link(...packages);
    return project;
  }

  /** An empty project, beside the others: it finds none of what they have installed. */
  async project(): Promise<Project> {
    const project = new Project(join(this.directory, `project-${this.projects++}`));
    await mkdir(project.directory);
    await project.write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }));
    return project;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

export class Project {
  constructor(readonly directory: string) {}

  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, name), text);
  }

  /** These packages of ours. */
  async link(...packages: string[]): Promise<void> {
    for (const name of packages) {
      const link = join(this.directory, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), link);
    }
  }

  text(name: string): Promise<string> {
    return readFile(join(this.directory, name), 'utf8');
  }

  /** What the program prints. Rejects when it fails. */
  async prints(source: string, name = 'program.js'): Promise<string> {
    await this.write(name, source);
    const { stdout } = await run(process.execPath, [name], { cwd: this.directory, timeout: 110_000 });
    return stdout;
  }

  /** What the package's command prints. Rejects when it fails. */
  async commandPrints(...args: string[]): Promise<string> {
    const { bin } = await manifestOf(join(this.directory, 'node_modules/nestjs-vwo'));
    const program = join('node_modules/nestjs-vwo', bin['nestjs-vwo'] ?? 'none');
    const { stdout } = await run(process.execPath, [program, ...args], { cwd: this.directory });
    return stdout;
  }

  /** What a strict compiler without `skipLibCheck` says about this source and the declarations of nestjs-vwo. */
  async typeErrors(source: string, options: ts.CompilerOptions): Promise<string[]> {
    await this.write('app.ts', source);
    const strict = { target: ts.ScriptTarget.ES2023, strict: true, types: ['node'] };
    const program = ts.createProgram([join(this.directory, 'app.ts')], { ...strict, ...options });
    const files = program
      .getSourceFiles()
      .filter(({ fileName }) => /(\/nestjs-vwo\/dist\/.+|\/app\.ts)$/.test(fileName));
    const found = files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    return [...program.getOptionsDiagnostics(), ...found].map(explained);
  }
}

function explained({ file, messageText }: ts.Diagnostic): string {
  return `${file?.fileName ?? 'options'}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
