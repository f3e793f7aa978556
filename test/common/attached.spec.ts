import { describe, expect, test } from '@jest/globals';
import { Attached } from '../../lib/common/index.js';

describe('Attached', () => {
  test('gives what was set last for that very object', () => {
    const attached = new Attached<string>();
    const one = {};
    const other = {};
    attached.set(one, 'first');
    attached.set(one, 'second');
    expect([attached.get(one), attached.get(other)]).toEqual(['second', undefined]);
  });

  test('two of them know nothing of each other', () => {
    const [one, other] = [new Attached<string>(), new Attached<string>()];
    const object = {};
    one.set(object, 'one');
    expect(other.get(object)).toBeUndefined();
    other.set(object, 'other');
    expect([one.get(object), other.get(object)]).toEqual(['one', 'other']);
  });

  test.each<[string, object]>([
    ['frozen object', Object.freeze({})],
    ['frozen array', Object.freeze([1])],
    ['sealed object', Object.seal({})],
    ['array', [1]],
    ['function', () => undefined],
    ['object without a prototype', Object.create(null) as object],
    ['proxy that answers to nothing', new Proxy({}, { get: () => 1, set: () => false, has: () => true })],
  ])('takes a %s', (_what, object) => {
    const attached = new Attached<string>();
    attached.set(object, 'value');
    expect(attached.get(object)).toBe('value');
    attached.set(object, 'another');
    expect(attached.get(object)).toBe('another');
  });

  test('an object that is frozen later keeps its value', () => {
    const attached = new Attached<string>();
    const object = {};
    attached.set(object, 'value');
    Object.freeze(object);
    attached.set(object, 'another');
    expect(attached.get(object)).toBe('another');
  });

  test('a copy of the object has nothing, and nothing shows on it', () => {
    const attached = new Attached<string>();
    const object = { own: 1 };
    attached.set(object, 'value');
    expect(attached.get({ ...object })).toBeUndefined();
    expect(attached.get(structuredClone(object))).toBeUndefined();
    expect(attached.get(Object.create(object) as object)).toBeUndefined();
    expect(Reflect.ownKeys(object)).toEqual(['own']);
  });
});
