/** VWO's own host: settings and events alike. */
export const VWO_URL = 'https://dev.visualwebsiteoptimizer.com';
/** The same for Wingify-branded accounts, where events go to a host of their own. */
export const WINGIFY_URL = 'https://edge.wingify.net';
const WINGIFY_EVENTS_URL = 'https://collect.wingify.net';

const OWN_ORIGINS = new Set([VWO_URL, WINGIFY_URL, WINGIFY_EVENTS_URL]);

export interface VwoHostsOptions {
  /** Where VWO is. @default VWO's own host */
  baseUrl?: string | undefined;
  /** Where events go. @default `baseUrl` (for Wingify's own host: its event host) */
  eventsUrl?: string | undefined;
}

export type Query = Readonly<Record<string, string | number>>;

/** Which URL a call goes to. */
export class VwoHosts {
  private readonly base: string;
  /** Where events go: scheme, host and path, without a trailing slash. */
  readonly events: string;
  /** Whether events go to a host of VWO's own, and not to a proxy or VWO's gateway. */
  readonly isOwnEventsHost: boolean;

  constructor({ baseUrl, eventsUrl }: VwoHostsOptions = {}) {
    this.base = trimmed(baseUrl ?? VWO_URL);
    this.events = trimmed(eventsUrl ?? (this.base === WINGIFY_URL ? WINGIFY_EVENTS_URL : this.base));
    this.isOwnEventsHost = OWN_ORIGINS.has(this.events);
  }

  settingsUrl(path: string, query: Query): string {
    return urlOf(this.base, path, query);
  }

  /** `collectionPrefix` of the settings goes before the path on VWO's own hosts only: a proxy knows nothing of it. */
  eventsUrl(path: string, query: Query, collectionPrefix?: string): string {
    const prefix = this.isOwnEventsHost && collectionPrefix ? `/${collectionPrefix}` : '';
    return urlOf(this.events, prefix + path, query);
  }
}

/** A URL with its query, spaces as `%20`. */
export function urlOf(base: string, path: string, query: Query): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${urlEncoded(String(value))}`);
  return `${base}${path}?${pairs.join('&')}`;
}

/** Percent-encoded. Half of a surrogate pair, which has no encoding, becomes U+FFFD. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}
