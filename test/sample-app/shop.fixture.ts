import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { eventually } from '../common/waiting.js';

const ENTRY = new URL('../../sample-app/dist/main.js', import.meta.url).pathname;

/** The sample app as its users run it: the built entry, in a process of its own. */
export class Shop {
  private output = '';
  private readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /** Starts it, on any free port unless told otherwise, and does not wait. */
  static run(env: Readonly<Record<string, string>> = {}): Shop {
    if (!existsSync(ENTRY)) {
      throw new Error(`The sample app is not built: there is no ${ENTRY}. Build it with: sh scripts/build-sample.sh`);
    }
    const { REDIS_URL: _redis, VWO_ACCOUNT_ID: _account, VWO_SDK_KEY: _key, NODE_OPTIONS: _node, ...own } = process.env;
    return new Shop(spawn(process.execPath, [ENTRY], { env: { ...own, PORT: '0', ...env }, stdio: 'pipe' }));
  }

  /** Starts it and waits until it is open. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<Shop> {
    const shop = Shop.run(env);
    await shop.says(/The shop is open: (\S+)/);
    return shop;
  }

  get said(): string {
    return this.output;
  }

  get url(): string {
    return /The shop is open: (\S+)/.exec(this.output)?.[1]?.replace('localhost', '127.0.0.1') ?? '';
  }

  get(path: string, user?: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { headers: { ...headers, ...(user !== undefined && { 'x-user-id': user }) } });
  }

  async json<T>(path: string, user?: string): Promise<T> {
    return (await this.get(path, user)).json() as Promise<T>;
  }

  post(
    path: string,
    user: string | undefined,
    body: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) {
    return fetch(this.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, ...(user !== undefined && { 'x-user-id': user }) },
      body: new URLSearchParams(body),
    });
  }

  /** Waits for a line of its output. */
  async says(pattern: RegExp): Promise<void> {
    let gone = false;
    void this.ended.then(() => (gone = true));
    await eventually(() => {
      if (pattern.test(this.output)) return true;
      if (gone) throw new Error(`The shop has ended. It said:\n${this.output}`);
      return false;
    }, `${pattern} from the shop`);
  }

  /** Waits until it has ended by itself. */
  end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return this.ended;
  }

  /** Asks it to end, and waits until it has. */
  close(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.kill(signal);
    return this.ended;
  }

  /** For the end of a test that may have failed anywhere. */
  async kill(): Promise<void> {
    await this.close('SIGKILL');
  }
}
