import { OneInProcess, VwoError } from '../common/index.js';

/** The official SDK decides when a visit opens, and a flag was read that was not declared then. */
@OneInProcess('VwoUndecidedFlagError')
export class VwoUndecidedFlagError extends VwoError {
  readonly code = 'VWO_UNDECIDED_FLAG';

  constructor(key: string) {
    super(
      `Flag "${key}" was read but not declared: VWO's SDK is asynchronous, and decides what is declared when the visit ` +
        `opens. Put @UseFlags('${key}') on the handler or class, give its key to vwo.run(user, work, ['${key}']) or ` +
        `vwo.visit(user, ['${key}']), or use \`officialSdk({ decide: 'all' })\`.`,
    );
  }
}

/** The official SDK shall decide, and is not installed. */
@OneInProcess('VwoSdkMissingError')
export class VwoSdkMissingError extends VwoError {
  readonly code = 'VWO_SDK_MISSING';

  constructor(names: readonly string[]) {
    super(`VWO's FME SDK is not installed. Install one of ${names.join(' and ')}: npm install ${names[0]}`);
  }
}

/** A second client on a version of the official SDK that can serve only one per process. */
@OneInProcess('VwoSdkInUseError')
export class VwoSdkInUseError extends VwoError {
  readonly code = 'VWO_SDK_IN_USE';

  constructor() {
    super(
      "The installed version of VWO's SDK keeps its storage, network and account once per process, and another client " +
        'of this process uses it: a second one would take them over. Close the first one before, use one client for ' +
        'both, or install a version of the SDK with several instances (from 1.36).',
    );
  }
}
