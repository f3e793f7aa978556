import { VwoOptionsError } from '../common/index.js';

/** For what is bound to a handler in a module that knows no `VwoModule`. */
export function moduleMissing(what: string, override: string): Error {
  return new VwoOptionsError(
    `${what} needs VwoModule: import VwoModule.forRoot(…) in the root module (with \`isGlobal: false\` in this one, too). ` +
      `In a unit test use ${override}.`,
  );
}
