import { describe, expect, it } from '@jest/globals';
import { v5 } from 'uuid';
import { NamedUuids, URL_NAMESPACE } from '../../../lib/client/user/uuid-v5.js';

const plain = (uuid: string) => uuid.replaceAll('-', '').toUpperCase();
const NAMES = ['', 'https://vwo.com', 'ann', 'Ünïcode 🌍', '🌍'.repeat(64), '🌍'.repeat(65), 'x'.repeat(1_000), 'bob'];

describe('NamedUuids', () => {
  it.each(NAMES)('are what the package uuid makes: %j', (name) => {
    expect(new NamedUuids(URL_NAMESPACE).of(name)).toBe(plain(v5(name, v5.URL)));
    const namespace = v5('https://vwo.com', v5.URL);
    expect(new NamedUuids(Buffer.from(plain(namespace), 'hex')).of(name)).toBe(plain(v5(name, namespace)));
  });

  it('are the same whatever was asked for before', () => {
    const uuids = new NamedUuids(URL_NAMESPACE);
    const all = Array.from({ length: 200 }, (_, n) => NAMES[n % NAMES.length] + 'y'.repeat(n));
    expect(all.map((name) => uuids.of(name))).toEqual(all.map((name) => plain(v5(name, v5.URL))));
  });

  it('make a namespace of a name', () => {
    const namespace = new NamedUuids(URL_NAMESPACE).namespaceOf('https://vwo.com');
    expect(Buffer.from(namespace).toString('hex').toUpperCase()).toBe(plain(v5('https://vwo.com', v5.URL)));
  });
});
