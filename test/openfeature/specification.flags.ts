import { abTest, accountSettings, feature, personalise, rollout } from '../../lib/entries/edge.js';

/**
 * The flags of OpenFeature's specification (`test-flags.json` beside its Gherkin suites) as VWO has them. A flag there has one value,
 * a feature of VWO's has variables: the value is the variable `value`, and `<flag>.value` is its key. A variant is a variation.
 */
const valued = (key: string, [variant, value]: Value, others: readonly Value[] = []) =>
  feature(key, [
    abTest({
      variations: [
        { name: variant, weight: 100, variables: { value } },
        ...others.map(([name, other]) => ({ name, weight: 0, variables: { value: other } })),
      ],
    }),
  ]);

type Value = readonly [variant: string, value: string | number | boolean | object];

const BALLMER = 'ballmer@macrosoft.com';

/** Everybody gets the default, which is the zero; whoever has that address is asked for by a rule, and gets it by that. */
const targeted = (key: string, zero: Value[1]) =>
  feature(key, [
    rollout({ variables: { value: zero } }),
    personalise({ when: { email: BALLMER }, variables: { value: zero } }),
  ]);

export const TEMPLATE = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 };

const ZEROS = { boolean: false, string: '', integer: 0, float: 0, object: {} } as const;

export const specificationSettings = () =>
  accountSettings({
    features: [
      valued('boolean-flag', ['on', true], [['off', false]]),
      valued('string-flag', ['greeting', 'hi'], [['parting', 'bye']]),
      valued('integer-flag', ['ten', 10], [['one', 1]]),
      valued('float-flag', ['half', 0.5], [['tenth', 0.1]]),
      valued('object-flag', ['template', TEMPLATE], [['empty', {}]]),
      valued('wrong-flag', ['one', 'uno'], [['two', 'dos']]),
      valued('metadata-flag', ['on', true]),
      ...Object.entries(ZEROS).flatMap(([type, zero]) => [
        valued(`${type}-zero-flag`, ['zero', zero]),
        targeted(`${type}-targeted-zero-flag`, zero),
        feature(`${type}-disabled-flag`), // without rules: switched off
      ]),
      feature('complex-targeted', [
        rollout({ variables: { value: 'EXTERNAL' } }),
        personalise({ when: { email: BALLMER, customer: 'false', age: 'gt(10)' }, variables: { value: 'INTERNAL' } }),
      ]),
      feature('context-aware', [
        rollout({ variables: { value: 'EXTERNAL' } }),
        personalise({
          when: { fn: 'Sulisław', ln: 'Świętopełk', age: '29', customer: 'false' },
          variables: { value: 'INTERNAL' },
        }),
      ]),
    ],
  });
