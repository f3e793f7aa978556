import { describe, expect, it } from '@jest/globals';
import { Diagnostics, errorText, systemClock, withoutId } from '../../lib/common/index.js';

describe('a text without the id of a user', () => {
  it.each([
    ['no row for ann@example.com', 'ann@example.com', 'no row for …'],
    ['GET /users/ann%40example.com failed', 'ann@example.com', 'GET /users/… failed'],
    ['vwo:{1}:ann@example.com:ann@example.com', 'ann@example.com', 'vwo:{1}:…:…'],
    ['no row for 42', '42', 'no row for …'],
    ['connect ECONNREFUSED 127.0.0.42:6379', '6', 'connect ECONNREFUSED 127.0.0.42:6379'],
    ['user a.c, not abc', 'a.c', 'user …, not abc'],
    ['(ann) is not Hannah', 'ann', '(…) is not Hannah'],
    ['user [x]\\ of $&', '[x]\\', 'user … of $&'],
    ['é is not éa', 'é', '… is not éa'],
  ])('%s', (text, id, expected) => {
    expect(withoutId(text, id)).toBe(expected);
    expect(errorText(new Error(text), id)).toBe(expected);
  });
});

describe('a secret', () => {
  const said = (secret: string, message: string): string[] => {
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const diagnostics = new Diagnostics({ log: say, warn: say, error: say }, systemClock, secret);
    diagnostics.warn('kind', message);
    diagnostics.warnOnce('once', message);
    diagnostics.info(message);
    diagnostics.error(message);
    diagnostics.recovered('kind', message);
    return [...new Set(lines)];
  };

  it('is in no message', () => {
    expect(said('0123456789abcdef', 'GET /?i=0123456789abcdef, 0123456789abcdef')).toEqual(['GET /?i=…, …']);
  });

  it('that is too short to be one changes no message', () => {
    expect(said('key', 'no monkey has a key')).toEqual(['no monkey has a key']);
    expect(said('', 'all is well')).toEqual(['all is well']);
  });
});
