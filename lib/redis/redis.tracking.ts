import { backOff, type BackOffOptions, type Clock, errorText, systemClock, VwoStorageError } from '../common/index.js';
import type { RedisNode, TrackingLink } from './redis.node.js';
import type { RedisPort } from './redis.port.js';

/** Waits between attempts while tracking does not stand, in ms. */
const RETRY: BackOffOptions = { first: 100, longest: 5_000 };

/** How often each server is asked for an answer, in ms. */
const PING_EVERY_MS = 1_000;

/** For how long an answer proves that nothing was missed, from when it was asked for, in ms; and how long an attempt may take. */
const PROOF_MS = 3_000;

export interface TrackingTold {
  /** These keys were written, deleted or have expired; undefined: all of them may have been. */
  readonly changed: (keys: readonly string[] | undefined) => void;
  /** It stands: who reads from now on is told of later changes. Or it does so no more, and changes may be missed. */
  readonly turned: (stands: boolean) => void;
  /** An attempt has failed. `isRefused`: Redis does not let it, and will not by itself. */
  readonly failed: (why: string, isRefused: boolean) => void;
}

/**
 * Is told by Redis itself which keys change, over a connection of its own to each server that commands go to, made anew until it is
 * closed. It stands while every one of these servers tells.
 */
export class RedisTracking {
  private port: RedisPort | undefined;
  private nodes: readonly RedisNode[] = [];
  private links: TrackingLink[] = [];
  private endings: (() => void)[] = [];
  private stands = false;
  /** On the monotonic clock, in ms. */
  private provenUntil = -Infinity;
  private isAsking = false;
  /** Rounds without a proof since the last answer. */
  private overdue = 0;
  /** Counts attempts that have ended. */
  private ended = 0;
  private failures = 0;
  private cancel: (() => void) | undefined;
  private closed = false;

  /** @param portOf rejects where there is no client to ask */
  constructor(
    private readonly portOf: () => Promise<RedisPort>,
    private readonly prefix: string,
    private readonly told: TrackingTold,
    private readonly clock: Clock = systemClock,
  ) {
    void this.begin();
  }

  /** Whether it stands, and every server has shown so lately. Else changes may be on their way that have not been told. */
  get isProven(): boolean {
    return this.stands && this.clock.monotonic() < this.provenUntil;
  }

  /** Whether commands go to the servers that tell, and to no others. Where not, it stands no more. */
  isComplete(): boolean {
    if (!this.stands) return false;
    if (this.isFollowing()) return true;
    this.again();
    return false;
  }

  close(): void {
    this.closed = true;
    this.end();
  }

  private async begin(): Promise<void> {
    const { ended } = this;
    const failed = (error?: unknown): void => {
      if (this.ended === ended) this.again(error);
    };
    this.cancel = this.clock.after(PROOF_MS, () => failed(new VwoStorageError(`no answer within ${PROOF_MS} ms`)));
    const began = this.clock.monotonic();
    try {
      this.port = await this.portOf();
      if (this.ended !== ended) return;
      if (this.port.state !== 'ready') return failed();
      await this.follow(this.port, failed);
      if (this.ended === ended) this.stand(began);
    } catch (error) {
      failed(error);
    }
  }

  private async follow(port: RedisPort, lost: (error?: unknown) => void): Promise<void> {
    const { ended } = this;
    const changed = (keys: readonly string[] | undefined): void => {
      if (this.ended === ended) this.told.changed(keys?.map((key) => key.slice(port.keyPrefix.length)));
    };
    const prefix = port.keyPrefix + this.prefix;
    if (!isSent(prefix))
      throw new VwoStorageError('The prefix of its keys is not valid Unicode, and Redis would tell of other keys');
    this.nodes = port.nodes();
    if (this.nodes.length === 0) throw new VwoStorageError('No node of the Redis Cluster is known yet');
    this.endings = this.nodes.map((node) => node.onLost(lost));
    this.links = this.nodes.map((node) => node.link({ changed, lost }));
    await Promise.all(this.nodes.map((node, i) => sameServer(node, this.links[i], prefix)));
    if (this.ended === ended && !this.isFollowing())
      throw new VwoStorageError('The nodes of the Redis Cluster changed');
  }

  private isFollowing(): boolean {
    const now = this.port?.nodes() ?? [];
    return now.length === this.nodes.length && now.every(({ client }, i) => client === this.nodes[i]?.client);
  }

  private stand(proven: number): void {
    this.cancel?.();
    this.failures = this.overdue = 0;
    this.isAsking = false;
    this.provenUntil = proven + PROOF_MS;
    this.stands = true;
    this.told.turned(true);
    this.watch();
  }

  private watch(): void {
    this.cancel = this.clock.after(PING_EVERY_MS, () => {
      if (!this.isComplete()) return;
      if (!this.isProven) this.overdue += 1;
      // Once is not enough: where this process stood still, the answer waits to be read.
      if (this.overdue > 1) return this.again(new VwoStorageError(`no answer within ${PROOF_MS} ms`));
      if (!this.isAsking) void this.ask();
      this.watch();
    });
  }

  private async ask(): Promise<void> {
    const { ended } = this;
    const asked = this.clock.monotonic();
    this.isAsking = true;
    try {
      await Promise.all(this.links.map((link) => link.ping()));
    } catch (error) {
      if (this.ended === ended) this.again(error);
      return;
    }
    if (this.ended !== ended) return;
    this.isAsking = false;
    this.overdue = 0;
    this.provenUntil = asked + PROOF_MS;
  }

  private again(error?: unknown): void {
    this.end();
    if (this.closed) return;
    this.failures += 1;
    if (error !== undefined) this.tell(error);
    this.cancel = this.clock.after(backOff(this.failures, RETRY), () => void this.begin());
  }

  private tell(error: unknown): void {
    const why = errorText(error);
    this.told.failed(why, isRefusal(why));
  }

  private end(): void {
    this.ended += 1;
    this.cancel?.();
    const { links, endings, stands } = this;
    this.links = this.endings = [];
    this.stands = false;
    for (const end of endings) end();
    for (const link of links) link.close();
    if (stands) this.told.turned(false);
  }
}

/** Rejects where the connection that is told and the one for commands lead to two servers, as after a fail-over. */
async function sameServer(node: RedisNode, link: TrackingLink | undefined, prefix: string): Promise<void> {
  const [telling, answering] = await Promise.all([link?.begin(prefix), node.runId()]);
  if (telling !== answering) throw new VwoStorageError('One address leads to two servers');
}

/** Whether Redis gets these characters as they stand: it gets U+FFFD for half of two, and a prefix of bytes may hold it for what is no text. */
function isSent(prefix: string): boolean {
  return !/[\p{Surrogate}\uFFFD]/u.test(prefix);
}

/** Of a right that is missing, or a command that is not there; all else may be over soon. */
function isRefusal(why: string): boolean {
  return /^(NOPERM|NOAUTH|WRONGPASS|NOPROTO|ERR) /.test(why);
}
