import {
  BatchSender,
  type BatchSenderOptions,
  type EventSender,
  type QueuedEvent,
  type Sent,
  type SingleFormat,
  SingleSender,
  type WireFormat,
} from '../events/index.js';
import { urlEncoded } from '../transport/index.js';
import { SDK_NAME, SDK_VERSION } from './sdk-identity.js';

/** What is sent to VWO, as the SDK itself has written it. */
export type FullStackEvent =
  /** One entry of a batch: an impression (`eT: 1`), a goal (2) or a tag (3). */
  | { readonly kind: 'entry'; readonly entry: Readonly<Record<string, unknown>> }
  /** With VWO's event architecture: one POST, its query and its body. */
  | { readonly kind: 'post'; readonly query: Readonly<Record<string, unknown>>; readonly payload: object };

interface Account {
  readonly accountId: string;
  readonly sdkKey: string;
}

type Entry = Extract<FullStackEvent, { kind: 'entry' }>;
type Post = Extract<FullStackEvent, { kind: 'post' }>;

const KINDS = ['', 'impression', 'goal', 'tag'];

/** Brings events of both kinds to VWO: entries in one batch, posts one by one. */
export class FullStackSender implements EventSender<FullStackEvent> {
  private readonly batches: BatchSender<Entry>;
  private readonly posts: SingleSender<Post>;

  constructor(options: BatchSenderOptions, account: Account) {
    this.batches = new BatchSender(options, entriesInBatch(account));
    this.posts = new SingleSender(options, posts);
  }

  get reached(): boolean {
    return this.batches.reached;
  }

  async send(events: readonly QueuedEvent<FullStackEvent>[], signal: AbortSignal): Promise<Sent<FullStackEvent>> {
    const entries: Sent<FullStackEvent> = await this.batches.send(events.filter(isEntry), signal);
    const rest = events.filter(isPost);
    // Where VWO asks to be left alone, that holds for these too.
    const single: Sent<FullStackEvent> =
      entries.retryAfter === undefined ? await this.posts.send(rest, signal) : { left: rest };
    const left = new Set([...entries.left, ...single.left]);
    return {
      left: events.filter((event) => left.has(event)),
      reason: entries.reason ?? single.reason,
      retryAfter: entries.retryAfter ?? single.retryAfter,
      fitting: entries.fitting,
    };
  }
}

const isEntry = (queued: QueuedEvent<FullStackEvent>): queued is QueuedEvent<Entry> => queued.event.kind === 'entry';
const isPost = (queued: QueuedEvent<FullStackEvent>): queued is QueuedEvent<Post> => queued.event.kind === 'post';

function entriesInBatch({ accountId, sdkKey }: Account): WireFormat<Entry> {
  const request = {
    path: '/server-side/batch-events',
    query: { a: accountId, sdk: SDK_NAME, 'sdk-v': SDK_VERSION, env: sdkKey },
    headers: { authorization: sdkKey },
  };
  return {
    request: () => request,
    entry: ({ event }) => event.entry,
    nameOf: ({ event }) => KINDS[Number(event.entry.eT)] ?? String(event.entry.eT),
  };
}

const posts: SingleFormat<Post> = {
  entry: ({ event }) => event.payload,
  nameOf: ({ event }) => `"${String(event.query.en)}"`,
  single: ({ event }) => {
    const query = Object.entries(event.query).filter(([name]) => name !== 'url');
    return {
      path: '/events/t',
      query: Object.fromEntries(query.map(([name, value]) => [name, String(value)])),
      headers: visitorHeaders(event.query),
    };
  },
};

/** Encoded, as the SDK does it: a user agent may hold what no header can. */
function visitorHeaders({ visitor_ua, visitor_ip }: Readonly<Record<string, unknown>>): Record<string, string> {
  return {
    ...(visitor_ua ? { 'x-device-user-agent': urlEncoded(String(visitor_ua)) } : {}),
    ...(visitor_ip ? { 'vwo-x-forwarded-for': urlEncoded(String(visitor_ip)) } : {}),
  };
}
