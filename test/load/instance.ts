import type { ApplicationOptions, Said } from './application.process.js';
import { Child } from './child.js';

/** One running application. */
export interface Instance {
  readonly process: Child<Said>;
  readonly url: string;
}

export async function startInstance(options: ApplicationOptions): Promise<Instance> {
  const process = new Child<Said>('application.process.ts', options);
  const { url } = await process.says((said) => said.kind === 'listens');
  return { process, url };
}

export interface InstanceEnd {
  /** The signal, or the exit code. */
  readonly by: string;
  /** From SIGTERM to the end of the process, in ms. */
  readonly within: number;
}

export async function terminated({ process }: Pick<Instance, 'process'>): Promise<InstanceEnd> {
  const begin = performance.now();
  process.signal('SIGTERM');
  const { code, signal } = await process.ended;
  return { by: String(signal ?? code), within: performance.now() - begin };
}
