import { userIdOf } from '../../client/index.js';
import { type Diagnostics, shown } from '../../common/index.js';
import { isObject } from '../../model/index.js';
import type { Query } from '../../transport/index.js';
import type { Gateway } from './gateway.js';

const GET_PATH = '/user-alias/getAliasUserId';
const SET_PATH = '/user-alias/setUserAlias';

/** Other ids of users, as VWO's gateway keeps them: a guest's, who has signed in since. */
export class UserAliases {
  constructor(
    private readonly gateway: Gateway,
    private readonly sdkKey: string,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** The id of the user whose alias `id` is; undefined: nobody's, or the gateway did not answer. Never rejects. */
  async userIdOf(id: string): Promise<string | undefined> {
    const answer = await this.gateway.ask(GET_PATH, this.questionAbout(id), 'Users keep the ids they have meanwhile.');
    const aliases: readonly unknown[] = Array.isArray(answer) ? answer : [];
    const found = aliases.filter(isObject).find(({ aliasId }) => aliasId === id);
    return userIdOf(found?.['userId']) || undefined;
  }

  /** Tells the gateway another id of a user; false, and a warning, where that cannot be. Never rejects. */
  async set(userId: string, aliasId: unknown): Promise<boolean> {
    const alias = userIdOf(aliasId);
    if (!alias || alias === userId) return this.refused(alias ? "is the user's own" : `is ${shown(aliasId)}`);
    const ids = { userId, aliasId: alias };
    const query = { ...ids, sdkKey: this.sdkKey };
    const isTold = await this.gateway.tell(SET_PATH, query, ids, 'The alias was not set.');
    if (isTold) this.gateway.forget(GET_PATH, this.questionAbout(alias));
    return isTold;
  }

  /** The gateway takes a list of ids. */
  private questionAbout(id: string): Query {
    return { userId: JSON.stringify([id]), sdkKey: this.sdkKey };
  }

  private refused(why: string): false {
    this.diagnostics.warn('alias', `An alias was not set: it must be another id of the user, and ${why}.`);
    return false;
  }
}
