import { OneInProcess } from './one-in-process.js';

/** Every error of this library: one class and one code per failure, the cure in the message. What one product alone throws stands with it. */
@OneInProcess('VwoError')
export abstract class VwoError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An option that cannot work, found at start-up. The message names the option, the rule and what came. */
@OneInProcess('VwoOptionsError')
export class VwoOptionsError extends VwoError {
  readonly code = 'VWO_OPTIONS';
}

/** Settings that are not VWO's. The message names the place. */
@OneInProcess('VwoSettingsError')
export class VwoSettingsError extends VwoError {
  readonly code = 'VWO_SETTINGS';
}

/** No settings within `startTimeout`, where the application asked not to start without them. */
@OneInProcess('VwoStartError')
export class VwoStartError extends VwoError {
  readonly code = 'VWO_START';
}

/** VWO (or its gateway) did not answer, answered too late, or not with success. */
@OneInProcess('VwoTransportError')
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
@OneInProcess('VwoStorageError')
export class VwoStorageError extends VwoError {
  readonly code = 'VWO_STORAGE';
}

/** A flag was read where there is no visit. */
@OneInProcess('VwoOutsideVisitError')
export class VwoOutsideVisitError extends VwoError {
  readonly code = 'VWO_OUTSIDE_VISIT';

  /** @param client the name of the client, where it has one */
  constructor(what: string, client?: string) {
    const inRequest =
      client === undefined
        ? 'is VwoInterceptor bound (in gateways of NestJS 11 by @UseInterceptors, in hybrid applications by `inheritAppConfig: true`), and is there no @SkipFlags()?'
        : `the visit of a client with a name is opened for handlers that name it: @UseFlags(['key'], { client: '${client}' }).`;
    super(
      `${what} outside a visit. Inside a request or message: ${inRequest} A stream that the handler does not give back must be given its ` +
        'flags. Elsewhere (a job, a script) use VwoService.run(user, work) or @WithVisit.',
    );
  }
}

/** With `preload: 'declared'`, a flag was read that the handler did not declare. */
@OneInProcess('VwoUndeclaredFlagError')
export class VwoUndeclaredFlagError extends VwoError {
  readonly code = 'VWO_UNDECLARED_FLAG';

  constructor(key: string) {
    super(
      `Flag "${key}" was read but not declared, and \`preload\` is 'declared': its stored decision was not loaded. ` +
        `Put @UseFlags('${key}') on the handler or class, give its key to vwo.run(user, work, ['${key}']) or vwo.visit(user, ['${key}']), or use \`preload: 'all'\`.`,
    );
  }
}
