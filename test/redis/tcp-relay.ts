import { setTimeout as pause } from 'node:timers/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One address on 127.0.0.1 behind which a server is, and after `to` another one; connections that are open stay where they are. */
export class TcpRelay {
  /** In ms. */
  private latency = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (incoming) => this.join(incoming));
  }

  static async start(target: number): Promise<TcpRelay> {
    const server = createServer();
    const relay = new TcpRelay(server, target);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Where new connections go from now on. */
  to(target: number): void {
    this.target = target;
  }

  /** How much later everything arrives from now on, each way, in ms. */
  delay(ms: number): void {
    this.latency = ms;
  }

  /** Hangs up all connections; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private join(incoming: Socket): void {
    const outgoing = connect(this.target, '127.0.0.1');
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined).on('close', () => (this.sockets.delete(one), other.destroy()));
      this.hand(one, other);
    }
  }

  /** In order, also where the delay changes in between. */
  private hand(from: Socket, to: Socket): void {
    let before = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      const due = performance.now() + this.latency;
      before = before.then(async () => {
        const left = due - performance.now();
        if (left > 0) await pause(left, undefined, { ref: false });
        to.write(chunk);
      });
    });
    from.on('end', () => void before.then(() => to.end()));
  }
}
