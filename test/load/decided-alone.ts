import sdk from 'vwo-node-sdk';
import { compile, decide } from '../../lib/fme/engine/index.js';
import { NOTHING_STORED } from '../../lib/model/index.js';
import { account, type ClientName, fullStackAccount } from './account.js';

/** The key of the variation that a user has by settings of a version, where nothing is stored. */
export type DecidedAlone = (version: number, flag: string, user: string) => string | null;

/** Without storage and client: by the engine alone, for Full Stack by VWO's SDK. */
export function decidedBy(client: ClientName): DecidedAlone {
  const deciderOf = client === 'full-stack' ? bySdk : byEngine;
  const deciders = new Map<number, (flag: string, user: string) => string | null>();
  return (version, flag, user) => {
    const decider = deciders.get(version) ?? deciderOf(version);
    deciders.set(version, decider);
    return decider(flag, user);
  };
}

function byEngine(version: number): (flag: string, user: string) => string | null {
  const settings = compile(account(version) as Parameters<typeof compile>[0]);
  return (flag, id) => decide(settings, flag, { id, userListId: '' }, NOTHING_STORED).flag.variation?.key ?? null;
}

/** A rollout has one variation, of this name. */
const ROLLED_OUT = 'website';

function bySdk(version: number): (flag: string, user: string) => string | null {
  const instance = sdk.launch({
    settingsFile: fullStackAccount(version),
    isDevelopmentMode: true,
    logging: { level: 4 },
  });
  return (flag, user) => (flag === 'banner' ? ROLLED_OUT : instance.getVariationName(flag, user));
}
