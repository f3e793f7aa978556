/** Every error of this library: one class and one code per failure, the cure in the message. */
export abstract class VwoError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An option that cannot work, found at start-up. The message names the option, the rule and what came. */
export class VwoOptionsError extends VwoError {
  readonly code = 'VWO_OPTIONS';
}

/** Settings that are not VWO's. The message names the place. */
export class VwoSettingsError extends VwoError {
  readonly code = 'VWO_SETTINGS';
}

/** No settings within `startTimeout`, where the application asked not to start without them. */
export class VwoStartError extends VwoError {
  readonly code = 'VWO_START';
}

/** VWO (or its gateway) did not answer, answered too late, or not with success. */
export class VwoTransportError extends VwoError {
  readonly code = 'VWO_TRANSPORT';

  constructor(
    message: string,
    /** The HTTP status, where there was an answer. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A storage that cannot do what was asked. */
export class VwoStorageError extends VwoError {
  readonly code = 'VWO_STORAGE';
}

/** A flag was read where there is no visit. */
export class VwoOutsideVisitError extends VwoError {
  readonly code = 'VWO_OUTSIDE_VISIT';

  constructor(what: string) {
    super(
      `${what} outside a visit. Inside a request: is VwoInterceptor bound, and is there no @SkipFlags()? ` +
        `Elsewhere (a job, a script, a message handler) use VwoService.run(user, work).`,
    );
  }
}

/** With `preload: 'declared'`, a flag was read that the handler did not declare. */
export class VwoUndeclaredFlagError extends VwoError {
  readonly code = 'VWO_UNDECLARED_FLAG';

  constructor(key: string) {
    super(
      `Flag "${key}" was read but not declared, and \`preload\` is 'declared': its stored decision was not loaded. ` +
        `Put @UseFlags('${key}') on the handler or class, open the visit with its key, or use \`preload: 'all'\`.`,
    );
  }
}

/** The official SDK decides when a visit opens, and a flag was read that was not declared then. */
export class VwoUndecidedFlagError extends VwoError {
  readonly code = 'VWO_UNDECIDED_FLAG';

  constructor(key: string) {
    super(
      `Flag "${key}" was read but not declared: VWO's SDK is asynchronous, and decides what is declared when the visit ` +
        `opens. Put @UseFlags('${key}') on the handler or class, open the visit with its key ` +
        `(await vwo.visit(user, ['${key}'])), or use \`officialSdk({ decide: 'all' })\`.`,
    );
  }
}

/** The official SDK shall decide, and is not installed. */
export class VwoSdkMissingError extends VwoError {
  readonly code = 'VWO_SDK_MISSING';

  constructor(names: readonly string[]) {
    super(`VWO's FME SDK is not installed. Install one of ${names.join(' and ')}: npm install ${names[0]}`);
  }
}

/** A second client on a version of the official SDK that can serve only one per process. */
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
