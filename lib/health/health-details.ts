import type { VwoState, VwoStats } from '../client/index.js';

/** What a health check shows of an account. Times in ISO 8601. */
export interface HealthDetails extends Record<string, unknown> {
  /** Only where the account is down. */
  readonly message?: string;
  /** The `version` of the settings in use. */
  readonly settingsVersion?: string | number;
  /** When their source last gave them. */
  readonly settingsFetchedAt?: string;
  /** What is away, and since when; not there while nothing is. */
  readonly away?: Readonly<Record<string, string>>;
}

export function isDegraded({ settings, storage, events }: VwoStats): boolean {
  return !settings.source.available || !storage.available || !events.available;
}

/** No key, no user, no host, and no text of an error: health checks are often public. */
export function healthDetails(stats: VwoStats): HealthDetails {
  const { available, since, version, fetchedAt, source } = stats.settings;
  const away = awayOf({ settings: source, storage: stats.storage, events: stats.events });
  return {
    ...(!available && {
      message: `every flag is off: there are no settings${since > 0 ? ` since ${timeOf(since)}` : ''}`,
    }),
    ...(version !== undefined && { settingsVersion: version }),
    ...(fetchedAt !== undefined && { settingsFetchedAt: timeOf(fetchedAt) }),
    ...(Object.keys(away).length > 0 && { away }),
  };
}

function awayOf(states: Readonly<Record<string, VwoState>>): Record<string, string> {
  const away = Object.entries(states).filter(([, { available }]) => !available);
  return Object.fromEntries(away.map(([name, { since }]) => [name, timeOf(since)]));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
