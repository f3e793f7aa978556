import { describe, expect, it } from '@jest/globals';
import { v5 } from 'uuid';
import { URL_NAMESPACE, uuidV5 } from '../../../lib/client/user/uuid-v5.js';

const plain = (uuid: string) => uuid.replaceAll('-', '');

describe('uuidV5', () => {
  it.each(['', 'https://vwo.com', 'ann', 'Ünïcode 🌍', 'x'.repeat(1_000)])(
    'is what the package uuid makes: %j',
    (name) => {
      expect(uuidV5(name, URL_NAMESPACE).toString('hex')).toBe(plain(v5(name, v5.URL)));
      const namespace = v5('https://vwo.com', v5.URL);
      expect(uuidV5(name, Buffer.from(plain(namespace), 'hex')).toString('hex')).toBe(plain(v5(name, namespace)));
    },
  );
});
