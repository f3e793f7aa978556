import { createHash } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import type { VwoAccount, VwoEvaluation } from '../common/index.js';
import { EVALUATION_REASONS, type FlagReason, type VwoFlag } from '../model/index.js';

/** `error.type` of those that are errors to the conventions. */
const ERRORS: Readonly<Partial<Record<FlagReason, string>>> = {
  unknown: 'flag_not_found',
  nobody: 'targeting_key_missing',
  'no-settings': 'provider_not_ready',
};

/** Of every metric: whose client it is. */
export function accountAttributes(account: VwoAccount | undefined): Attributes {
  return account ? { 'vwo.account.id': account.accountId, 'vwo.environment.name': account.environment } : {};
}

/** What an event of one evaluation carries. */
export function evaluationAttributes({ account, flag }: VwoEvaluation, contextId: string | undefined): Attributes {
  const { accountId, environment } = account;
  return {
    'feature_flag.key': flag.key,
    ...resultAttributes(flag),
    ...(contextId !== undefined && { 'feature_flag.context.id': contextId }),
    'feature_flag.provider.name': 'vwo',
    'feature_flag.set.id': `${accountId}/${environment}`,
    'vwo.flag.reason': flag.reason,
  };
}

/** What a count of evaluations is split by. The keys of flags that there are none of may come from outside: they are not told apart. */
export function countedAttributes({ flag }: VwoEvaluation): Attributes {
  return { 'feature_flag.key': flag.reason === 'unknown' ? '_OTHER' : flag.key, ...resultAttributes(flag) };
}

/** Not to be turned back into the id without trying ids: whoever has a list of them can do that. */
export function hashedId({ account, user }: VwoEvaluation): string | undefined {
  if (!user) return undefined;
  return createHash('sha256').update(`${account.accountId}:${user.id}`).digest('hex').slice(0, 32);
}

/** What a call failed with: its code or class, never its message, which may name a user. */
export function errorType(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
  };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : '_OTHER';
}

function resultAttributes(flag: VwoFlag): Attributes {
  const error = ERRORS[flag.reason];
  return {
    'feature_flag.result.variant': flag.variation?.key ?? (flag.isEnabled() ? 'on' : 'off'),
    'feature_flag.result.reason': EVALUATION_REASONS[flag.reason].toLowerCase(),
    ...(error !== undefined && { 'error.type': error }),
  };
}
