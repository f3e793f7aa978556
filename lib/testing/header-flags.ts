import { BadRequestException } from '@nestjs/common';
import { errorText, functionOption, isPromise, VwoOptionsError } from '../common/index.js';
import { isObject, spreadableUser, type UserId, type VwoUserContext } from '../model/index.js';
import { type GivenUser, requestOf, type VwoUserResolver } from '../nest/index.js';
import { SetFlag } from './set-flag.js';
import { setFlags } from './set-flags.js';

/** The header by which one request of an end-to-end test has flags of its own. */
const HEADER = 'x-vwo-flags';

/** What a header makes of the flags that are set, by key. */
export type HeaderFlags = ReadonlyMap<string, (set: SetFlag | undefined) => SetFlag>;

/** Where a user context carries the header's text, from the resolver to the client. */
const CARRIED = Symbol('nestjs-vwo:x-vwo-flags');

type Carrier = VwoUserContext<UserId> & { readonly [CARRIED]?: string };

/** The same resolver, for users that carry the header of their request. Throws `VwoOptionsError` for what is no function. */
export function withFlagsHeader(resolve: VwoUserResolver<UserId>): VwoUserResolver<UserId> {
  functionOption('user', resolve, 'for example (context) => ({ id: … })');
  return (context) => {
    const header = requestOf(context)?.headers?.[HEADER];
    const user = resolve(context);
    if (header === undefined) return user;
    const carry = (given: GivenUser): GivenUser =>
      isObject(given) ? ({ ...spreadableUser(given), [CARRIED]: String(header) } as Carrier) : given; // what is no user is refused as it came
    return isPromise(user) ? user.then(carry) : carry(user);
  };
}

/** The flags of the header that a user carries; undefined where there is none. Throws `BadRequestException` for one that cannot be read. */
export function headerFlagsOf(user: VwoUserContext<UserId> | undefined): HeaderFlags | undefined {
  const header = (user as Carrier | undefined)?.[CARRIED];
  if (header === undefined) return undefined;
  try {
    return header.trimStart().startsWith('{') ? fromJson(header) : fromList(header);
  } catch (error) {
    throw new BadRequestException(`The header ${HEADER}: ${errorText(error)}`, { cause: error });
  }
}

/** As `flags` of the module: `{"new-checkout":{"variation":"fast","variables":{"button":"red"}}}`. */
function fromJson(header: string): HeaderFlags {
  return new Map(setFlags(HEADER, JSON.parse(header)).map(([key, flag]) => [key, () => flag]));
}

/** `new-checkout=fast,beta=off`: `on`, `off`, or a variation; keys and variations percent-encoded where they need it. */
function fromList(header: string): HeaderFlags {
  return new Map(
    header.split(',').map((part) => {
      const [key = '', value = '', ...more] = part.trim().split('=').map(decodeURIComponent);
      if (key === '' || value === '' || more.length > 0) {
        throw new VwoOptionsError(`"${part}" must be <key>=on, <key>=off or <key>=<variation>`);
      }
      return [key, turned(key, value)];
    }),
  );
}

function turned(key: string, value: string): (set: SetFlag | undefined) => SetFlag {
  const off = new SetFlag(key, { enabled: false, variation: undefined, variables: {} });
  if (value === 'off') return () => off;
  return (set = off) => (value === 'on' ? set.turnedOn() : set.inVariation(value));
}
