import { describe, expect, it } from '@jest/globals';
import { errorText } from '../../lib/common/index.js';

describe('an error in a message', () => {
  it.each<[string, unknown, string]>([
    ['its message', new Error('away'), 'away'],
    ['its code where it has no message', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['of another realm', { message: 'away' }, 'away'],
    ['a text that was thrown', 'away', 'away'],
    ['nothing that was thrown', undefined, 'undefined'],
    ['a symbol that was thrown', Symbol('away'), 'Symbol(away)'],
    ['a message that is no text', { message: { toString: 1 }, code: 7 }, '7'],
    ['an object that is no text', { toString: 1, valueOf: 1 }, 'an error that cannot be read'],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error();
          },
        },
      ),
      'an error that cannot be read',
    ],
  ])('%s', (_what, error, text) => {
    expect(errorText(error)).toBe(text);
  });
});
