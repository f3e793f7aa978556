import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TIMEOUT_MS } from './waiting.js';

/** Runs the server, and kills it when whoever started it is gone, however that happened: standard input ends then. */
const GUARD = `
trap '' PIPE
exec 3<&0
"$@" & server=$!
echo "pid $server"
{ cat <&3 >/dev/null; kill -9 $server; } 2>/dev/null &
wait $server
rm -rf "$FOLDER"
`;

export interface ServerProgram {
  readonly binary: string;
  /** @param folder of its own, removed with it */
  args(folder: string): readonly string[];
  /** What it says once it takes connections. */
  readonly ready: string;
  /** The error where the program is not installed: what to do. */
  readonly missing: string;
}

/** A server in a process of its own, which ends with the tests at the latest. */
export class GuardedServer {
  private constructor(
    private readonly guard: ChildProcess,
    private readonly pid: number,
    private readonly gone: Promise<unknown>,
    /** What it said until it took connections. */
    readonly said: string,
  ) {}

  static async start(program: ServerProgram): Promise<GuardedServer> {
    const folder = await mkdtemp(join(tmpdir(), 'vwo-server-'));
    const guard = spawn('sh', ['-c', GUARD, 'sh', program.binary, ...program.args(folder)], {
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin`, FOLDER: folder }, // Debian keeps servers there
    });
    const gone = new Promise((resolve) => guard.once('exit', resolve));
    void gone.then(() => guard.stdin.end());
    try {
      const { pid, said } = await ready(guard, program);
      return new GuardedServer(guard, pid, gone, said);
    } catch (error) {
      guard.stdin.end();
      await gone;
      throw error;
    }
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Like a crash. */
  async kill(): Promise<void> {
    this.guard.stdin?.end();
    await this.gone;
  }
}

/** The process id of the server, once it takes connections. */
function ready(guard: ChildProcess, program: ServerProgram): Promise<{ pid: number; said: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (): void => {
      clearTimeout(timer);
      const missing = /not found/.test(said);
      reject(new Error(missing ? program.missing : `${program.binary} did not start:\n${said}`));
    };
    const timer = setTimeout(fail, TIMEOUT_MS);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const pid = /^pid (\d+)$/m.exec(said)?.[1];
      if (!pid || !said.includes(program.ready)) return;
      clearTimeout(timer);
      guard.off('exit', fail);
      resolve({ pid: Number(pid), said });
    };
    guard.stdout?.on('data', hear);
    guard.stderr?.on('data', hear);
    guard.once('exit', fail);
  });
}
