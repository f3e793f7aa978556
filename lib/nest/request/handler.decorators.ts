import { UseGuards } from '@nestjs/common';
import { text } from '../../common/index.js';
import { flagRequirement, type RequireFlagOptions } from './flag-requirement.js';
import { declareKeys, declareRequirement, declareSkipped, requirementsOn } from './handler-flags.js';
import { VwoGuard } from './vwo.guard.js';

type HandlerOrClass = ClassDecorator & MethodDecorator;
type Bind = (target: object, property?: string | symbol, method?: PropertyDescriptor) => void;

const guard = UseGuards(VwoGuard) as Bind;

/**
 * Runs the handler, or every handler of the class, only for users who have the flag; all others get a 404.
 * Several stack as "and".
 *
 * It is a guard, and Nest runs a handler's guards from the bottom up: put it above the `@UseGuards(…)` that logs in.
 *
 * ```ts
 * @Get('beta') @RequireFlag('beta-area', { variation: ['Variation-1', 'Variation-2'], otherwise: () => new ForbiddenException() })
 * ```
 */
export function RequireFlag(key: string, options?: RequireFlagOptions): HandlerOrClass {
  const requirement = flagRequirement(key, options);
  return (target: object, property?: string | symbol, method?: PropertyDescriptor): void => {
    const place = placeOf(target, method);
    const isGuarded = requirementsOn(place).length > 0;
    declareRequirement(requirement, place);
    if (!isGuarded) guard(target, property, method);
  };
}

/** Declares flags that are read deeper down, in services. Needed with `preload: 'declared'` only. */
export function UseFlags(...keys: readonly string[]): HandlerOrClass {
  for (const key of keys) text('@UseFlags(…keys)', key);
  return on((target) => declareKeys(keys, target));
}

/** Opens no visit: no user is resolved, nothing is loaded, and no flag can be read. For health checks and the like. */
export function SkipFlags(): HandlerOrClass {
  return on(declareSkipped);
}

/** A decorator for classes and methods alike. */
function on(declare: (place: object) => void): HandlerOrClass {
  return (target: object, _property?: string | symbol, method?: PropertyDescriptor): void => {
    declare(placeOf(target, method));
  };
}

/** Where Nest keeps what is declared: a method's on its function, a class' on the class. */
function placeOf(target: object, method: PropertyDescriptor | undefined): object {
  return method ? (method.value as object) : target;
}
