import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../lib/cli/program.js';
import { ROOT } from '../docs/code-blocks.js';
import { entriesAs } from '../docs/package-entries.js';

/** A folder in which the command is run, in this process. */
export class CliFolder {
  /** What the last command wrote. */
  out = '';
  error = '';
  private stop: () => void = () => undefined;

  private constructor(readonly path: string) {}

  static async make(): Promise<CliFolder> {
    return new CliFolder(await mkdtemp(join(tmpdir(), 'nestjs-vwo-cli-')));
  }

  /** Gives the exit code. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
    this.out = '';
    this.error = '';
    const stopped = new Promise<void>((resolve) => (this.stop = resolve));
    return run(args, {
      cwd: this.path,
      env,
      out: (text) => void (this.out += `${text}\n`),
      error: (text) => void (this.error += `${text}\n`),
      stopped: () => stopped,
    });
  }

  /** As SIGTERM does. */
  terminate(): void {
    this.stop();
  }

  async write(name: string, content: unknown): Promise<string> {
    const file = join(this.path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  /** As editors and tools do: nobody sees half of it. */
  async replace(name: string, content: string): Promise<void> {
    await rename(await this.write(`${name}.new`, content), join(this.path, name));
  }

  removeFile(name: string): Promise<void> {
    return rm(join(this.path, name));
  }

  read(name: string): Promise<string> {
    return readFile(join(this.path, name), 'utf8');
  }

  /** Makes it a project of TypeScript: `nestjs-vwo` is lib/, everything else is as installed here. */
  async beProject(): Promise<void> {
    await symlink(join(ROOT, 'node_modules'), join(this.path, 'node_modules'));
    await this.write('tsconfig.json', {
      compilerOptions: {
        target: 'ES2023',
        module: 'NodeNext',
        strict: true,
        experimentalDecorators: true,
        types: [],
        paths: Object.fromEntries(entriesAs((entry, source) => [entry, [source]])),
      },
      include: ['src'],
    });
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}
