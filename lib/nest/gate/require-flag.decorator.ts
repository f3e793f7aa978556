import { UseGuards } from '@nestjs/common';
import type { ClientName, FlagKey } from '../../model/index.js';
import { type ClientOption, declareKeys, placeOf } from '../handler/index.js';
import { flagRequirement, type RequireFlagOptions } from './flag-requirement.js';
import { declareRequirement, isGated } from './requirements.js';
import { VwoGuard } from './vwo.guard.js';

type Bind = (target: object, property?: string | symbol, method?: PropertyDescriptor) => void;

const guard = UseGuards(VwoGuard) as Bind;

/**
 * Runs the handler, or every handler of the class, only for users who have the flag; all others get a 404 (in GraphQL an
 * error with the code NOT_FOUND), or the error of `otherwise`. Several stack as "and". The flag is declared thereby.
 *
 * It is a guard, and the guard that is applied first runs first: put it above the `@UseGuards(…)` that logs in, and in
 * `applyDecorators(…)` after it.
 *
 * ```ts
 * @Get('beta') @RequireFlag('beta-area', { variation: ['Variation-1', 'Variation-2'], otherwise: () => new ForbiddenException() })
 * ```
 */
export function RequireFlag<Key extends FlagKey<Client>, Client extends ClientName = undefined>(
  key: Key,
  options?: RequireFlagOptions<Key, Client> & ClientOption<Client>,
): ClassDecorator & MethodDecorator {
  const requirement = flagRequirement(key, options);
  return (target: object, property?: string | symbol, method?: PropertyDescriptor): void => {
    const place = placeOf(target, method);
    if (!isGated(place)) guard(target, property, method);
    declareRequirement(requirement, place);
    declareKeys({ client: requirement.client, keys: [requirement.key] }, place);
  };
}
