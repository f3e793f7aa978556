import { OneInProcess, VwoError } from '../common/index.js';

/** With `strict`, a flag was read that the test has not set. */
@OneInProcess('VwoUnsetFlagError')
export class VwoUnsetFlagError extends VwoError {
  readonly code = 'VWO_UNSET_FLAG';

  constructor(key: string) {
    super(
      `Flag "${key}" was read, but this test has not set it, and \`strict\` is on. Set it for all tests with ` +
        `\`flags: { '${key}': true }\` beside \`strict\`, or in this one with flags.set('${key}', true).`,
    );
  }
}
