import { addMetadata, type Handler, type HandlerClass, metadata, oncePerHandler } from './handler-metadata.js';

/** What the decorators on a handler and on its class say about flags. */
export interface HandlerFlags {
  /** `@SkipFlags()`: no visit is opened. */
  readonly skipped: boolean;
  /** `@WithVisit`: the handler opens a visit itself, for these clients; undefined: the one without a name. */
  readonly ownVisits: readonly (string | undefined)[];
  /** The names of the clients whose flags are declared; undefined: the one without a name. */
  readonly clients: readonly (string | undefined)[];
  /** The keys of a client that are read, as far as declared: always the same list, frozen. */
  keysOf(client: string | undefined): readonly string[];
}

/** Flags of one client that a decorator declares. */
export interface DeclaredKeys {
  readonly client: string | undefined;
  readonly keys: readonly string[];
}

const KEYS = 'nestjs-vwo:keys';
const SKIPPED = 'nestjs-vwo:skipped';
const OWN_VISIT = 'nestjs-vwo:own-visit';

const NO_KEYS: readonly string[] = Object.freeze([]);

/** What is declared on the handler that is about to run, and on its class. */
export const flagsOn = oncePerHandler(readFlags);

/** Adds to what a class or a method declares; what was declared before stays. */
export function declareKeys(declared: DeclaredKeys, target: object, property?: string | symbol): void {
  addMetadata(KEYS, declared, target, property);
}

export function declareSkipped(target: object): void {
  addMetadata(SKIPPED, true, target);
}

export function declareOwnVisit(client: string | undefined, method: object): void {
  addMetadata(OWN_VISIT, client, method);
}

function readFlags(handler: Handler, handlerClass: HandlerClass): HandlerFlags {
  const lists = keysByClient([
    ...metadata<DeclaredKeys>(KEYS, handlerClass),
    ...metadata<DeclaredKeys>(KEYS, handler),
    ...declaredByParameters(handler, handlerClass),
  ]);
  return {
    skipped: metadata(SKIPPED, handlerClass).length + metadata(SKIPPED, handler).length > 0,
    ownVisits: metadata<string | undefined>(OWN_VISIT, handler),
    clients: [...lists.keys()],
    keysOf: (client) => lists.get(client) ?? NO_KEYS,
  };
}

/** Each key once. */
function keysByClient(declared: readonly DeclaredKeys[]): ReadonlyMap<string | undefined, readonly string[]> {
  const lists = new Map<string | undefined, readonly string[]>();
  for (const { client, keys } of declared) {
    lists.set(client, Object.freeze([...new Set([...(lists.get(client) ?? []), ...keys])]));
  }
  return lists;
}

/** Parameters are declared on class and property, as Nest does it: another decorator may replace the method later. */
function declaredByParameters(handler: Handler, handlerClass: HandlerClass): readonly DeclaredKeys[] {
  for (let level: unknown = handlerClass.prototype; level; level = Object.getPrototypeOf(level)) {
    for (const name of Reflect.ownKeys(level as object)) {
      if (Object.getOwnPropertyDescriptor(level, name)?.value === handler) return metadata(KEYS, handlerClass, name);
    }
  }
  return [];
}
