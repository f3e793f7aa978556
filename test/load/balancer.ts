import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Instance {
  readonly url: string;
  underWay: number;
  tellIdle: (() => void) | undefined;
}

/** A small proxy in front of instances, each asked in turn. */
export class Balancer {
  private readonly instances: Instance[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private turn = 0;

  private constructor(private readonly server: Server) {
    server.on('request', (incoming, outgoing) => {
      const instance = this.instances[this.turn++ % this.instances.length];
      if (!instance) return void outgoing.writeHead(503).end();
      instance.underWay += 1;
      const { method, headers } = incoming;
      const sent = request(instance.url, { agent: this.agent, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      sent.on('error', () => outgoing.destroy());
      outgoing.once('close', () => {
        instance.underWay -= 1;
        if (instance.underWay === 0) instance.tellIdle?.();
      });
      incoming.pipe(sent);
    });
  }

  static async start(): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add(url: string): void {
    this.instances.push({ url, underWay: 0, tellIdle: undefined });
  }

  /** Nothing new goes there any more. Resolves when what is under way has been answered. */
  async takeOut(url: string): Promise<void> {
    const at = this.instances.findIndex((instance) => instance.url === url);
    const [instance] = at === -1 ? [] : this.instances.splice(at, 1);
    if (!instance || instance.underWay === 0) return;
    await new Promise<void>((resolve) => (instance.tellIdle = resolve));
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
