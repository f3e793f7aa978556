import { oneInProcess, VwoOptionsError } from '../common/index.js';

/** Options that were read from the environment: from which variable each of them is. */
const origins = oneInProcess('option-origins', () => new WeakMap<object, ReadonlyMap<string, string>>());

/** Remembers from which variables these options are: by option, as errors name it (`gateway.url`). */
export function readFromVariables(options: object, variables: ReadonlyMap<string, string>): void {
  origins.set(options, variables);
}

/** The same error; for an option of the environment it names the variable, too. */
export function namingVariables(options: object, error: unknown): unknown {
  const variables = origins.get(options);
  if (!variables || !(error instanceof VwoOptionsError)) return error;
  const option = /^`([\w.]+)`/.exec(error.message)?.[1];
  const variable = option && variables.get(option);
  if (!variable) return error;
  return new VwoOptionsError(
    `${error.message}. It is read from the environment variable ${variable}; a file such as .env is read by ConfigModule.forRoot()`,
    { cause: error },
  );
}
