import {
  BatchSender,
  type BatchSenderOptions,
  type EventSender,
  type QueuedEvent,
  type Sent,
  type WireFormat,
} from '../events/index.js';
import { SDK_NAME, SDK_VERSION } from './sdk-identity.js';

/** What VWO hears, as the SDK itself has written it. */
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

/** Single posts under way at once. */
const MAX_CONCURRENT_POSTS = 10;

const KINDS = ['', 'impression', 'goal', 'tag'];

/** Brings events of both kinds to VWO: entries in one batch, posts one by one. */
export class FullStackSender implements EventSender<FullStackEvent> {
  private readonly batches: BatchSender<Entry>;
  private readonly posts: BatchSender<Post>;

  constructor(options: BatchSenderOptions, account: Account) {
    this.batches = new BatchSender(options, entriesInBatch(account));
    this.posts = new BatchSender(options, singlePost);
  }

  get reached(): boolean {
    return this.batches.reached;
  }

  async send(events: readonly QueuedEvent<FullStackEvent>[], signal: AbortSignal): Promise<Sent<FullStackEvent>> {
    const entries = events.filter(isEntry);
    const posts = events.filter(isPost);
    const outcomes: Sent<FullStackEvent>[] = [];
    if (entries.length > 0) outcomes.push(await this.batches.send(entries, signal));
    for (let at = 0; at < posts.length; at += MAX_CONCURRENT_POSTS) {
      const group = await Promise.all(
        posts.slice(at, at + MAX_CONCURRENT_POSTS).map((post) => this.posts.send([post], signal)),
      );
      outcomes.push(...group);
      if (group.every(({ left }) => left.length === 0)) continue;
      outcomes.push({ left: posts.slice(at + MAX_CONCURRENT_POSTS) }); // VWO cannot be reached: the rest need not try
      break;
    }
    const left = new Set(outcomes.flatMap((outcome) => outcome.left));
    const reason = outcomes.find((outcome) => outcome.reason !== undefined)?.reason;
    return { left: events.filter((event) => left.has(event)), ...(reason !== undefined && { reason }) };
  }
}

const isEntry = (queued: QueuedEvent<FullStackEvent>): queued is QueuedEvent<Entry> => queued.event.kind === 'entry';
const isPost = (queued: QueuedEvent<FullStackEvent>): queued is QueuedEvent<Post> => queued.event.kind === 'post';

function entriesInBatch({ accountId, sdkKey }: Account): WireFormat<Entry> {
  return {
    request: () => ({
      path: '/server-side/batch-events',
      query: { a: accountId, sdk: SDK_NAME, 'sdk-v': SDK_VERSION, env: sdkKey },
      headers: { authorization: sdkKey },
    }),
    entry: ({ event }) => event.entry,
    body: (entries) => `{"ev":[${entries.join(',')}]}`,
    nameOf: ({ event }) => KINDS[Number(event.entry.eT)] ?? String(event.entry.eT),
  };
}

const singlePost: WireFormat<Post> = {
  request: ([post]) => {
    const query = Object.entries(post?.event.query ?? {}).filter(([name]) => name !== 'url');
    return {
      path: '/events/t',
      query: Object.fromEntries(query.map(([name, value]) => [name, String(value)])),
      headers: visitorHeaders(post?.event.query ?? {}),
    };
  },
  entry: ({ event }) => event.payload,
  body: (entries) => entries.join(''),
  nameOf: ({ event }) => `"${String(event.query.en)}"`,
};

/** Encoded, as the SDK does it: a user agent may hold what no header can. */
function visitorHeaders({ visitor_ua, visitor_ip }: Readonly<Record<string, unknown>>): Record<string, string> {
  return {
    ...(visitor_ua ? { 'x-device-user-agent': encodeURIComponent(String(visitor_ua)) } : {}),
    ...(visitor_ip ? { 'vwo-x-forwarded-for': encodeURIComponent(String(visitor_ip)) } : {}),
  };
}
