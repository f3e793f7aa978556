import { knownKeys, text } from '../../common/index.js';
import type { ClientName } from '../../model/index.js';

/** Which client a decorator means, where an application has several. */
export interface ClientOption<Client extends ClientName = ClientName> {
  /** The `name` of its `VwoModule`. @default the one without a name */
  readonly client?: Client;
}

/** The client's name, checked when the class is defined. */
export function clientName(where: string, { client }: ClientOption): string | undefined {
  return client === undefined ? undefined : text(`${where} client`, client);
}

/** Takes the options from what follows the key: either options and pipes, or pipes alone. */
export function splitOptions<Pipe extends object>(
  where: string,
  given: readonly (ClientOption | Pipe)[],
): [client: string | undefined, pipes: Pipe[]] {
  const [first, ...others] = given;
  if (!isOptions(first)) return [undefined, given as Pipe[]];
  knownKeys(where, first, ['client']);
  return [clientName(where, first), others as Pipe[]];
}

/** Pipes are classes, or objects with a method `transform`. */
function isOptions(value: object | undefined): value is ClientOption {
  return typeof value === 'object' && value !== null && !('transform' in value);
}
