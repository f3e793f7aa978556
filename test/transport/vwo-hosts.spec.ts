import { describe, expect, it } from '@jest/globals';
import { VwoHosts } from '../../lib/transport/index.js';

const SETTINGS = '/server-side/v2-settings';
const EVENTS = '/server-side/batch-events-v2';

describe('VwoHosts', () => {
  it("asks VWO's own host unless told otherwise", () => {
    const hosts = new VwoHosts();
    expect(hosts.settingsUrl(SETTINGS, { a: 1 })).toBe(
      'https://dev.visualwebsiteoptimizer.com/server-side/v2-settings?a=1',
    );
    expect(hosts.eventsUrl(EVENTS, { a: 1 })).toBe(
      'https://dev.visualwebsiteoptimizer.com/server-side/batch-events-v2?a=1',
    );
  });

  it('sends events of a Wingify-branded account to its event host', () => {
    const hosts = new VwoHosts({ baseUrl: 'https://edge.wingify.net/' });
    expect(hosts.settingsUrl(SETTINGS, { a: 1 })).toBe('https://edge.wingify.net/server-side/v2-settings?a=1');
    expect(hosts.eventsUrl(EVENTS, { a: 1 }, 'eu01')).toBe(
      'https://collect.wingify.net/eu01/server-side/batch-events-v2?a=1',
    );
  });

  it('points everything at `baseUrl`, path included', () => {
    const hosts = new VwoHosts({ baseUrl: 'http://127.0.0.1:9/vwo/' });
    expect(hosts.settingsUrl(SETTINGS, { a: 1 })).toBe('http://127.0.0.1:9/vwo/server-side/v2-settings?a=1');
    expect(hosts.eventsUrl(EVENTS, { a: 1 })).toBe('http://127.0.0.1:9/vwo/server-side/batch-events-v2?a=1');
  });

  it('points events at `eventsUrl`', () => {
    const hosts = new VwoHosts({ baseUrl: 'http://proxy', eventsUrl: 'http://collector/' });
    expect(hosts.settingsUrl(SETTINGS, { a: 1 })).toBe('http://proxy/server-side/v2-settings?a=1');
    expect(hosts.eventsUrl(EVENTS, { a: 1 })).toBe('http://collector/server-side/batch-events-v2?a=1');
  });

  it("puts the collection prefix before event paths on VWO's own hosts only", () => {
    const url = (options: { baseUrl?: string; eventsUrl?: string }) =>
      new VwoHosts(options).eventsUrl(EVENTS, { a: 1 }, 'as01');
    expect(url({})).toBe('https://dev.visualwebsiteoptimizer.com/as01/server-side/batch-events-v2?a=1');
    expect(url({ baseUrl: 'http://proxy', eventsUrl: 'https://dev.visualwebsiteoptimizer.com' })).toContain(
      '.com/as01/',
    );
    expect(url({ baseUrl: 'http://proxy' })).toBe('http://proxy/server-side/batch-events-v2?a=1');
    expect(new VwoHosts().settingsUrl(SETTINGS, { a: 1 })).not.toContain('as01');
  });

  it('encodes what stands in a query', () => {
    expect(new VwoHosts({ baseUrl: 'http://h' }).settingsUrl('/x', { i: 'a b&c=d/ü+' })).toBe(
      'http://h/x?i=a%20b%26c%3Dd%2F%C3%BC%2B',
    );
  });

  it('encodes what has no encoding as a replacement character', () => {
    expect(new VwoHosts({ baseUrl: 'http://h' }).eventsUrl('/x', { ua: 'a\ud83cb\ud83c\udf88' })).toBe(
      'http://h/x?ua=a%EF%BF%BDb%F0%9F%8E%88',
    );
  });

  it("knows VWO's own event hosts from a proxy or gateway", () => {
    const own = [{}, { baseUrl: 'https://edge.wingify.net' }, { eventsUrl: 'https://dev.visualwebsiteoptimizer.com/' }];
    expect(own.map((options) => new VwoHosts(options).isOwnEventsHost)).toEqual([true, true, true]);
    const others = [{ baseUrl: 'http://proxy' }, { eventsUrl: 'http://collector' }];
    expect(others.map((options) => new VwoHosts(options).isOwnEventsHost)).toEqual([false, false]);
  });
});
