import { afterEach, describe, expect, it } from '@jest/globals';
import { VwoOptionsError, VwoService } from '../../lib/index.js';
import { type TestFlag, VwoTestingFlags, VwoTestingModule } from '../../lib/entries/testing.js';
import { closeShops, shopOf } from './shop.fixture.js';

afterEach(closeShops);

describe('wrong flags are refused at once', () => {
  const wrong = (flag: unknown) => () => VwoTestingModule.forRoot({ flags: { beta: flag as TestFlag } });
  const circle: { self?: unknown } = {};
  circle.self = circle;

  it.each([
    ['text', 'on', /`flags\['beta'\]` must be true, false or an object, got "on"/],
    ['a misspelt name', { varation: 'a' }, /`flags\['beta'\]` has no option `varation`, did you mean `variation`\?/],
    ['a variation that is no text', { variation: 1 }, /`flags\['beta'\].variation` must be a string/],
    ['enabled as text', { enabled: 'yes' }, /`flags\['beta'\].enabled` must be true or false/],
    ['off in a variation', { enabled: false, variation: 'a' }, /variation` must be left out where `enabled` is false/],
    ['off with variables', { enabled: false, variables: { a: 1 } }, /variables` must be left out/],
    ['variables as a list', { variables: ['a'] }, /`flags\['beta'\].variables` must be an object of values by name/],
    [
      'undefined',
      { variables: { a: undefined } },
      /variables.a` must be a text, a finite number, true or false, or JSON/,
    ],
    ['NaN', { variables: { a: NaN } }, /variables.a` must be a text, a finite number/],
    ['null', { variables: { a: null } }, /variables.a` must be a text, a finite number/],
    ['a bigint', { variables: { a: 1n } }, /variables.a` must be a text, a finite number/],
    ['a function', { variables: { a: () => 1 } }, /variables.a` must be a text, a finite number/],
    ['a date', { variables: { a: new Date(0) } }, /variables.a` must be JSON, got an object of Date/],
    ['a map in JSON', { variables: { a: { b: [new Map()] } } }, /variables.a.b.0` must be JSON, got an object of Map/],
    ['a circle', { variables: { a: circle } }, /variables.a.self` must be JSON/],
  ])('%s', (_what, flag, message) => {
    expect(wrong(flag)).toThrow(VwoOptionsError);
    expect(wrong(flag)).toThrow(message);
  });

  it('an empty key, a list of flags, a strict that is no boolean, a user that is no function, an unknown option', () => {
    const start = (options: object) => () => VwoTestingModule.forRoot(options);
    expect(start({ flags: { '': true } })).toThrow(/`flags key` must be a string/);
    expect(start({ flags: ['beta'] })).toThrow(/`flags` must be an object of flags by key/);
    expect(start({ strict: 1 })).toThrow(/`strict` must be true or false/);
    expect(start({ user: 'ann' })).toThrow(/`user` must be a function/);
    expect(start({ flag: {} })).toThrow(/has no option `flag`, did you mean `flags`\?/);
  });

  it('in set and for, too, where nothing is changed then', async () => {
    const { module, get } = await shopOf(VwoTestingModule.forRoot());
    const flags = module.get(VwoTestingFlags);
    expect(() => flags.set('beta', 'on' as never)).toThrow(/`flags.set\(…\)\['beta'\]` must be true/);
    expect(() => flags.set('', true)).toThrow(/`flags.set\(key\)` must be/);
    expect(() => flags.for('ann', { beta: true, other: 1 as never })).toThrow(/`flags.for\('ann', …\)\['other'\]`/);
    expect(() => flags.for('', { beta: true })).toThrow(/`flags.for\(userId\)` must be the id of a user/);
    await get('/beta', { 'x-user': 'ann' }).expect(404);
  });

  it('but every type that variables have is taken, as a copy', async () => {
    const plans = { names: ['free', 'gold'], nothing: null };
    const variables = { text: '', whole: 0, part: 1.5, no: false, plans, list: [1] };
    const { module } = await shopOf(VwoTestingModule.forRoot({ flags: { pricing: { variables } } }));
    plans.names.push('late');
    const flag = await module.get(VwoService).run({ id: 'ann' }, (visit) => visit.flag('pricing'));
    const values = Object.keys(variables).map((name) => flag.getVariable(name));
    expect(values).toEqual(['', 0, 1.5, false, { names: ['free', 'gold'], nothing: null }, [1]]);
  });
});
