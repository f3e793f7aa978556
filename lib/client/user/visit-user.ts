import { type Diagnostics, shown } from '../../common/index.js';
import {
  asText,
  bucketingSeedOf,
  type DecisionUser,
  type GatewayFacts,
  type JsonObject,
  type UserDetails,
  type UserId,
  type VwoUserContext,
} from '../../model/index.js';
import { plainIpAddress } from './ip-address.js';
import { namedValuesCopy, valueCopy } from './value-copy.js';
import { userListId, visitorUuid } from './visitor-uuid.js';

/**
 * The user of one visit: copied, however deep, so that what the caller does to the context later changes nothing. Its values are
 * frozen, and itself too where the application gets it (`OpenVisit.user`).
 */
export class VisitUser implements DecisionUser {
  readonly id: string;
  readonly customVariables: JsonObject | undefined;
  readonly variationTargetingVariables: JsonObject | undefined;
  readonly userAgent: string | undefined;
  readonly ipAddress: string | undefined;
  readonly sessionId: number;
  readonly bucketingSeed: string | undefined;
  readonly isDevMode: boolean | undefined;
  readonly platformVariables: JsonObject | undefined;
  readonly metaData: JsonObject | undefined;
  readonly postSegmentationVariables: readonly string[] | undefined;
  readonly userStorageData: JsonObject | undefined;
  readonly _vwo: UserDetails | undefined;
  readonly #accountId: string;
  /** By which the application knows the user, where VWO's gateway knows another one. */
  #givenId: string;
  #uuid: string | undefined;
  #gateway: GatewayFacts | undefined;

  /** @param now milliseconds since the epoch */
  constructor(context: VwoUserContext<UserId>, id: string, accountId: string, now: number) {
    this.id = id;
    this.customVariables = read(context.customVariables);
    this.variationTargetingVariables = read(context.variationTargetingVariables);
    this.userAgent = textOf(context.userAgent);
    this.ipAddress = plainIpAddress(textOf(context.ipAddress));
    this.sessionId = sessionOf(context.sessionId) ?? Math.floor(now / 1000);
    this.bucketingSeed = bucketingSeedOf(context);
    this.isDevMode = context.isDevMode;
    this.platformVariables = read(context.platformVariables);
    this.metaData = copied(context.metaData);
    this.postSegmentationVariables = namesOf(context.postSegmentationVariables);
    this.userStorageData = copied(context.userStorageData);
    this._vwo = copied(context._wingify || context._vwo);
    this.#accountId = accountId;
    this.#givenId = id;
  }

  /** VWO's UUID, as events carry it. Two SHA-1 hashes: asked for by few rules, and by events when they are sent. */
  get uuid(): string {
    return (this.#uuid ??= visitorUuid(this.#accountId, this.id));
  }

  /** The account-bound hash of the id, as user lists compare it. */
  get userListId(): string {
    return userListId(this.#accountId, this.id);
  }

  /** What VWO's gateway knows of the user; undefined before it was asked. */
  get gateway(): GatewayFacts | undefined {
    return this.#gateway;
  }

  /** Takes what the gateway answered, besides what is known: flags that are declared later ask for other lists. */
  static learn(user: VisitUser, facts: GatewayFacts): void {
    const { lists } = user.#gateway ?? {};
    user.#gateway = { ...user.#gateway, ...facts, lists: new Map([...(lists ?? []), ...(facts.lists ?? [])]) };
  }

  /** The same user under another id; still called by the first one, too. */
  withId(id: string): VisitUser {
    const user = new VisitUser(this, id, this.#accountId, 0); // the session is known
    user.#givenId = this.#givenId;
    return user;
  }

  /** Whether it is this user's id, or the one that the application has given. */
  isCalled(id: UserId): boolean {
    const text = userIdOf(id);
    return text === this.id || text === this.#givenId;
  }

  /** Whether `context` is a visit's user of this account already. */
  static isOf(context: VwoUserContext<UserId>, accountId: string): context is VisitUser {
    return context instanceof VisitUser && context.#accountId === accountId;
  }
}

/** The user of a visit from a user of the application's; undefined, and a warning, where the id is none. Never throws. */
export function visitUserOf(
  context: VwoUserContext<UserId> | undefined,
  accountId: string,
  now: number,
  diagnostics: Diagnostics,
): VisitUser | undefined {
  if (context === undefined || context === null) return undefined;
  try {
    if (VisitUser.isOf(context, accountId)) return context;
    const id = userIdOf(context.id);
    if (id === undefined) return refused(`must be ${ID_RULE}, got ${shownId(context.id)}`, diagnostics);
    if (id === '') return refused('must not be empty', diagnostics);
    if (SUSPICIOUS_IDS.has(id)) warnSuspicious(id, diagnostics);
    return new VisitUser(context, id, accountId, now);
  } catch (error) {
    return refused(`could not be read: its accessor has thrown ${classOf(error)}`, diagnostics);
  }
}

/** Of an error whose text may tell of the user. */
function classOf(error: unknown): string {
  return (error as Error | undefined)?.constructor?.name ?? 'something';
}

/** What is no id, for messages: a text that is none may be somebody's all the same. */
export function shownId(id: unknown): string {
  return typeof id === 'string' ? 'a text with half of a character' : shown(id);
}

/** What an id must be, for messages. */
export const ID_RULE = 'a string (well-formed Unicode) or a number';

/**
 * The one rule for ids: a string, a finite number or a bigint, as text. Empty when blank; undefined when it is no id.
 * A string with half of a surrogate pair is none: it has no UTF-8, so no UUID of VWO's. The flag is off in VWO's SDKs as well.
 */
export function userIdOf(id: unknown): string | undefined {
  if (typeof id === 'string') return HALF_PAIR.test(id) ? undefined : id.trim() === '' ? '' : id;
  return typeof id === 'bigint' || (typeof id === 'number' && Number.isFinite(id)) ? String(id) : undefined;
}

const HALF_PAIR = /[\ud800-\udfff]/u;

/** What JavaScript makes of a missing value: all such users would share one set of decisions. */
const SUSPICIOUS_IDS = new Set(['undefined', 'null', 'NaN', '[object Object]']);

function warnSuspicious(id: string, diagnostics: Diagnostics): void {
  diagnostics.warnOnce(
    `user-id:${id}`,
    `A user has the id "${id}": is a value that may be missing turned into text? All such users are one to VWO. ` +
      'Give undefined for nobody: `user: (context) => (id === undefined ? undefined : { id })`.',
  );
}

function refused(why: string, diagnostics: Diagnostics): undefined {
  diagnostics.warn('user', `A user's \`id\` ${why}. Its flags are off.`);
  return undefined;
}

/** Of values that the types forbid, and a body or a list of headers may bring all the same. */
function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : asText(value);
}

function sessionOf(value: unknown): number | undefined {
  const session = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(session) && session !== 0 ? session : undefined;
}

function namesOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? valueCopy(value.filter((name) => typeof name === 'string')) : undefined;
}

function copied<T>(value: T | undefined): T | undefined {
  return value === undefined || value === null ? undefined : valueCopy(value);
}

/** What rules read by name. */
function read(values: JsonObject | undefined): JsonObject | undefined {
  return typeof values === 'object' && values !== null ? namedValuesCopy(values) : copied(values);
}
