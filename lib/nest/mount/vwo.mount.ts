import type { VwoClient } from '../../client/index.js';
import { oneOf, VwoOptionsError, yesOrNo } from '../../common/index.js';
import type { VwoMount } from '../request/index.js';

/** What the module is told about it. */
interface MountOptions {
  readonly mount?: VwoMount | undefined;
  readonly interceptor?: boolean | undefined;
  readonly name?: string | undefined;
}

const MOUNTS = ['interceptor', 'guard', 'middleware'] as const;

/** The options `mount` and `interceptor`, checked; undefined: bound to no handler. */
export function mountOf({ mount, interceptor }: MountOptions): VwoMount | undefined {
  const isBound = yesOrNo('interceptor', interceptor ?? true);
  if (mount === undefined) return isBound ? 'interceptor' : undefined;
  const checked = oneOf('mount', mount, MOUNTS);
  if (interceptor === undefined || (isBound && checked === 'interceptor')) return checked;
  throw new VwoOptionsError(
    `\`interceptor\` must be left out beside \`mount: '${checked}'\`: it says whether the interceptor is bound to every handler`,
  );
}

/** Whether a visit is opened for every handler: a middleware does not know what a handler names. */
export function isEverywhere({ mount, interceptor, name }: MountOptions): boolean {
  return mount === 'middleware' || (interceptor ?? name === undefined);
}

/** Throws `VwoOptionsError` for what this client and this mount cannot do together. */
export function checkMount(
  { mount, user }: { readonly mount?: VwoMount | undefined; readonly user?: unknown },
  client: VwoClient,
): void {
  if (mount !== 'guard' && mount !== 'middleware') return;
  const { declared, savedFirst } = client.visitNeeds;
  if (savedFirst) throw cannot(mount, "`save: 'before-response'`", 'it does not see the answer that has to wait');
  if (mount === 'guard') return;
  if (declared) {
    throw cannot(
      mount,
      "`preload: 'declared'` or VWO's own SDK",
      'what a handler declares is not known before Nest has chosen it',
    );
  }
  if (!user) {
    throw new VwoOptionsError(
      "`user` must be given with `mount: 'middleware'`: it runs before guards set `request.user`. Where a middleware of yours " +
        'logs in, for example `user: (context) => requestOf<Request>(context)?.user`',
    );
  }
}

function cannot(mount: VwoMount, what: string, why: string): Error {
  return new VwoOptionsError(`\`mount: '${mount}'\` cannot be used with ${what}: ${why}; use \`mount: 'interceptor'\``);
}
