import type { Diagnostics } from '../common/index.js';
import {
  type DecisionUser,
  frozenCopy,
  type GatewayFacts,
  type UserDetails,
  type UserId,
  type VwoUserContext,
} from '../model/index.js';
import { shown } from '../common/index.js';
import { errorText } from '../common/index.js';
import { userListId, visitorUuid } from './visitor-uuid.js';

/** The user of one visit: copied and frozen, so that what the caller does to the context later changes nothing. */
export class VisitUser implements DecisionUser {
  readonly id: string;
  readonly customVariables: Readonly<Record<string, unknown>> | undefined;
  readonly variationTargetingVariables: Readonly<Record<string, unknown>> | undefined;
  readonly userAgent: string | undefined;
  readonly ipAddress: string | undefined;
  readonly sessionId: number;
  readonly bucketingSeed: string | undefined;
  readonly isDevMode: boolean | undefined;
  readonly platformVariables: Readonly<Record<string, unknown>> | undefined;
  readonly postSegmentationVariables: readonly string[] | undefined;
  readonly _vwo: UserDetails | undefined;
  readonly _wingify: UserDetails | undefined;
  readonly metaData: Readonly<Record<string, unknown>> | undefined;
  gateway: GatewayFacts | undefined = undefined;
  private knownUuid: string | undefined = undefined;

  constructor(
    context: VwoUserContext<UserId>,
    id: string,
    private readonly accountId: string,
    now: number,
  ) {
    this.id = id;
    this.customVariables = copied(context.customVariables);
    this.variationTargetingVariables = copied(context.variationTargetingVariables);
    this.userAgent = context.userAgent;
    this.ipAddress = context.ipAddress;
    this.sessionId = context.sessionId || Math.floor(now / 1000);
    this.bucketingSeed = context.bucketingSeed;
    this.isDevMode = context.isDevMode;
    this.platformVariables = copied(context.platformVariables);
    this.postSegmentationVariables = frozenCopy(context.postSegmentationVariables) as readonly string[] | undefined;
    this._vwo = frozenCopy(context._vwo) as UserDetails | undefined;
    this._wingify = frozenCopy(context._wingify) as UserDetails | undefined;
    this.metaData = copied(context.metaData);
  }

  /** Two SHA-1 hashes; asked for by few rules, and by events when they are sent. */
  get uuid(): string {
    return (this.knownUuid ??= visitorUuid(this.accountId, this.id));
  }

  get userListId(): string {
    return userListId(this.accountId, this.id);
  }
}

/** The visitor for a user of the application's; undefined, and a warning, where the id is none. */
export function visitUserOf(
  user: VwoUserContext<UserId> | undefined,
  accountId: string,
  now: number,
  diagnostics: Diagnostics,
): VisitUser | undefined {
  if (user === undefined || user instanceof VisitUser) return user;
  try {
    const id: unknown = user?.id;
    if (typeof id === 'string' && id !== '') return new VisitUser(user, id, accountId, now);
    if (typeof id === 'number' && Number.isFinite(id)) return new VisitUser(user, String(id), accountId, now);
    diagnostics.warn(
      'user',
      `A user's \`id\` must be a string that is not empty, got ${shown(id)}. Its flags are off.`,
    );
  } catch (error) {
    diagnostics.warn('user', `A user context could not be read: ${errorText(error)}. Its flags are off.`);
  }
  return undefined;
}

function copied(
  variables: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return variables && Object.freeze({ ...variables });
}
