import 'reflect-metadata';
import { Inject } from '@nestjs/common';
import { functionOption, knownKeys, VwoOptionsError } from '../common/index.js';
import type { UserId } from '../model/index.js';
import { type ClientOption, clientName, declareOwnVisit, flagsOn, type HandlerClass } from './handler/index.js';
import { type GivenUser, WorkContext } from './request/index.js';
import { tokensOf } from './vwo.tokens.js';
import type { VwoService } from './vwo.service.js';

/** The method's arguments may be more than the user function reads. */
type WithVisitDecorator<Read extends unknown[]> = <
  Args extends [...Read, ...unknown[]],
  Result extends PromiseLike<unknown> | void,
>(
  target: object,
  property: string | symbol,
  method: TypedPropertyDescriptor<(...args: Args) => Result>,
) => void;

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * Runs a method of any provider in a visit of its own, as `VwoService.run` does: jobs of queues and schedules, handlers of
 * messages, events and commands. The function says for whom, from the method's arguments; undefined means nobody. Without
 * a function the option `user` is asked: `jobOf(context)` is the method's first argument there.
 *
 * ```ts
 * @Process() @WithVisit((job: Job<Order>) => ({ id: job.data.userId }))
 * async send(job: Job<Order>): Promise<void> {} // this.vwo.flag(…) anywhere below
 * ```
 *
 * The visit ends when the method has settled, and its decisions are saved by then; the method's error is passed on. Inside
 * another visit this one is the current one; for a handler no other one is opened. What the user function throws is counted and warned of; nobody is known then.
 * Flags to declare (`preload: 'declared'`, VWO's own SDK): `@UseFlags` on the method or its class. Throws `VwoOptionsError`
 * where it stands on what is no method of an instance; a call of an instance that Nest has not built rejects with it.
 */
export function WithVisit(options?: ClientOption): WithVisitDecorator<unknown[]>;
export function WithVisit<Read extends unknown[]>(
  user: (...args: Read) => GivenUser<UserId> | Promise<GivenUser<UserId>>,
  options?: ClientOption,
): WithVisitDecorator<Read>;
export function WithVisit(given?: UserFunction | ClientOption, more?: ClientOption): WithVisitDecorator<unknown[]> {
  const [user, options] = isOptions(given)
    ? [undefined, given]
    : [functionOption('@WithVisit(user)', given, CURE), more];
  knownKeys('@WithVisit()', options ?? {}, ['client']);
  const client = clientName('@WithVisit()', options ?? {});
  return (target, property, method) => {
    const where = placeText(target, property);
    const inner: unknown = method.value;
    if (typeof inner !== 'function' || typeof target === 'function') throw notAMethod(where);
    const slot = injected(target, client);
    method.value = inVisit(inner as Method, { where, client, slot, user }) as typeof method.value;
  };
}

const CURE = 'for example (job) => ({ id: job.data.userId })';

type UserFunction = (...args: never[]) => GivenUser<UserId> | Promise<GivenUser<UserId>>;

function isOptions(given: UserFunction | ClientOption | undefined): given is ClientOption | undefined {
  return given === undefined || (typeof given === 'object' && given !== null);
}

interface Place {
  readonly where: string;
  readonly client: string | undefined;
  /** The property of the instance that has the service. */
  readonly slot: symbol;
  /** Undefined: the option `user`. */
  readonly user: UserFunction | undefined;
}

/** Nest injects the service into a property, whatever the constructor takes. One property for each client. */
function injected(target: object, client: string | undefined): symbol {
  const slot = Symbol.for(`nestjs-vwo:VwoService of @WithVisit${client === undefined ? '' : `, client ${client}`}`);
  Inject(tokensOf(client).service)(target, slot);
  return slot;
}

/** The method, in a visit. Decorators that came before have left their data on it, those that come later leave it on this one. */
function inVisit(inner: Method, { where, client, slot, user }: Place): Method {
  const outer: Method = async function (...args) {
    const service = (this as Readonly<Record<symbol, VwoService | undefined>> | undefined)?.[slot];
    if (!service) throw notBuiltByNest(where);
    const context = new WorkContext(args, this.constructor as HandlerClass, outer);
    const found = user ? service.userOf(where, () => user(...(args as never[]))) : service.userAt(context);
    return service.run(await found, () => inner.apply(this, args), flagsOn(context).keysOf(client));
  };
  for (const key of Reflect.getOwnMetadataKeys(inner) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, inner), outer);
  }
  declareOwnVisit(client, outer);
  return Object.defineProperty(outer, 'name', { value: inner.name, configurable: true });
}

function placeText(target: object, property: string | symbol): string {
  return `@WithVisit on ${target.constructor.name}.${String(property)}`;
}

function notAMethod(where: string): Error {
  return new VwoOptionsError(
    `${where}: it must stand on a method of an instance, neither on a property nor on a static.`,
  );
}

function notBuiltByNest(where: string): Error {
  return new VwoOptionsError(
    `${where} has no VwoService: Nest injects it where Nest builds the class. List the class in \`providers\` or ` +
      '`controllers`; an instance made with `new` (useFactory, useValue, a unit test) uses vwo.run(user, work).',
  );
}
