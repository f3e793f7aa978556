import { text } from '../../common/index.js';
import type { ClientName, FlagKey } from '../../model/index.js';
import { type ClientOption, clientName } from './client-option.js';
import { declareKeys, declareSkipped } from './handler-flags.js';

type HandlerOrClass = ClassDecorator & MethodDecorator;

/**
 * Declares flags that are read deeper down, in services. Needed with `preload: 'declared'`; with VWO's own SDK, which decides
 * what is declared when the visit opens; and for a client with a name, whose visit is opened for handlers that name it.
 *
 * ```ts
 * @UseFlags('new-checkout', 'pricing')
 * @UseFlags(['new-checkout'], { client: 'second' })
 * ```
 */
export function UseFlags(...keys: readonly FlagKey[]): HandlerOrClass;
export function UseFlags<Client extends ClientName = undefined>(
  keys: readonly FlagKey<Client>[],
  options: ClientOption<Client>,
): HandlerOrClass;
export function UseFlags(...given: readonly string[] | readonly [readonly string[], ClientOption]): HandlerOrClass {
  const [first, second] = given;
  const keys = typeof first === 'object' ? first : (given as readonly string[]);
  for (const key of keys) text('@UseFlags(…keys)', key);
  const client = typeof second === 'object' ? clientName('@UseFlags()', second) : undefined;
  return on((place) => declareKeys({ client, keys }, place));
}

/** Opens no visit: no user is resolved, nothing is loaded, and no flag can be read. For health checks and the like. */
export function SkipFlags(): HandlerOrClass {
  return on(declareSkipped);
}

/** A decorator for classes and methods alike. */
function on(declare: (place: object) => void): HandlerOrClass {
  return (target: object, _property?: string | symbol, method?: PropertyDescriptor): void => {
    declare(placeOf(target, method));
  };
}

/** Where Nest keeps what is declared: a method's on its function, a class' on the class. */
export function placeOf(target: object, method: PropertyDescriptor | undefined): object {
  return method ? (method.value as object) : target;
}
