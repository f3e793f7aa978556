import { describe, expect, it, test } from '@jest/globals';
import { jsonCopy, valueCopy } from '../../../lib/client/index.js';

class Money {
  constructor(public amount: number) {}
}

/** A value of each kind, with what changes it afterwards. */
const KINDS: [string, () => [value: unknown, change: () => void]][] = [
  ['a list', () => withChange([1, 2], (list) => list.push(3))],
  ['a list in a list', () => withChange([[1]], (list) => list[0]?.push(2))],
  ['an object in an object', () => withChange({ a: { b: 1 } }, (object) => (object.a.b = 2))],
  ['an object without a prototype', () => withChange(Object.assign(Object.create(null), { a: 1 }), (o) => (o.a = 2))],
  ['a date', () => withChange({ at: new Date(0) }, ({ at }) => at.setFullYear(2030))],
  ['what stands in two places', () => withChange(twice({ n: 1 }), ({ a }) => (a.n = 2))],
];

function withChange<T>(value: T, change: (value: T) => unknown): [unknown, () => void] {
  return [value, () => void change(value)];
}

function twice<T>(value: T): { a: T; b: T } {
  return { a: value, b: value };
}

describe.each([
  ['valueCopy', valueCopy],
  ['jsonCopy', jsonCopy],
])('%s', (_name, copyOf) => {
  test.each(KINDS)('keeps %s as it was', (_kind, make) => {
    const [value, change] = make();
    const before = JSON.stringify(value);
    const copy = copyOf(value);
    change();
    expect(JSON.stringify(copy)).toBe(before);
    expect(JSON.stringify(value)).not.toBe(before);
  });

  test.each(['text', 1, true, null, undefined, 10n])('gives %p as it is', (value) => {
    expect(copyOf(value)).toBe(value);
  });

  it('cannot be changed, however deep', () => {
    const copy = copyOf({ list: [{ a: 1 }] });
    expect(() => Object.assign(copy.list[0] as object, { a: 2 })).toThrow(TypeError);
    expect(() => copy.list.push({ a: 2 })).toThrow(TypeError);
  });

  it('copies a circle once, and what stands in many places once', () => {
    const circle: Record<string, unknown> = { name: 'a' };
    circle['self'] = { circle };
    const copy = copyOf(circle) as { self: { circle: unknown } };
    expect(copy.self.circle).toBe(copy);
    let wide: unknown = { n: 1 };
    for (let depth = 0; depth < 40; depth++) wide = twice(wide); // copied each time it would be 2 ** 40
    const { a, b } = copyOf(wide) as { a: unknown; b: unknown };
    expect(a).toBe(b);
  });

  it('takes a key named __proto__ for a key', () => {
    const copy = copyOf(JSON.parse('{"__proto__":{"admin":true}}') as object);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true}}');
    expect((copy as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('valueCopy', () => {
  it('copies what is nested deeper than the stack', () => {
    let deep: unknown = { a: 1 };
    for (let i = 0; i < 100_000; i++) deep = i % 2 ? [deep] : { deep };
    expect(valueCopy(deep)).not.toBe(deep);
  });

  it('keeps a class instance: rules compare what it says of itself', () => {
    const money = new Money(1);
    expect(valueCopy({ money }).money).toBe(money);
  });
});

describe('jsonCopy', () => {
  test.each<[string, () => [unknown, () => void]]>([
    ['a class instance', () => withChange({ money: new Money(1) }, ({ money }) => (money.amount = 2))],
    [
      'what writes itself',
      () => {
        let n = 1;
        return [{ toJSON: () => ({ n }) }, () => void (n = 2)];
      },
    ],
  ])('keeps %s as it was', (_kind, make) => {
    const [value, change] = make();
    const before = JSON.stringify(value);
    const copy = jsonCopy(value);
    change();
    expect(JSON.stringify(copy)).toBe(before);
    expect(JSON.stringify(value)).not.toBe(before);
  });

  test.each([
    [new Map([['a', 1]])],
    [{ at: new Date(0), never: new Date(NaN), text: Object('a'), number: Object(1), list: [undefined, () => 1] }],
    [Buffer.from('ab')],
  ])('is written as JSON writes what it is a copy of: %p', (value) => {
    expect(JSON.stringify(jsonCopy(value))).toBe(JSON.stringify(value));
  });

  it('leaves what cannot be read to whoever writes it', () => {
    const value = {
      get price(): never {
        throw new Error('no price');
      },
    };
    expect(jsonCopy(value)).toBe(value);
  });
});
