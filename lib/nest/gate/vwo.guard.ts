import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional, type Type } from '@nestjs/common';
import type { Visit } from '../../client/index.js';
import { OneInProcess } from '../../common/index.js';
import { moduleMissing } from '../module-missing.js';
import { VisitOpeners } from '../request/index.js';
import { warnOfBinding } from './binding-warnings.js';
import { type FlagRequirement, meets } from './flag-requirement.js';
import { requirementsOn } from './requirements.js';

/**
 * Lets through whoever meets every `@RequireFlag` on the handler and its class. Bound by that decorator. A unit test of a
 * controller with gates opens them with `overrideGuard(VwoGuard).useValue({ canActivate: () => true })`.
 */
@OneInProcess('VwoGuard')
@Injectable()
export class VwoGuard implements CanActivate {
  /** Not in the constructor, so that a subclass has its own, and a unit test needs no provider. */
  @Optional() @Inject(VisitOpeners) private readonly openers?: VisitOpeners;

  async canActivate(context: ExecutionContext): Promise<boolean> {
    for (const requirement of requirementsOn(context)) {
      const visit = await this.visit(context, requirement);
      if (!visit || !meets(visit.flag(requirement.key), requirement)) throw this.refused(context, requirement, visit);
    }
    return true;
  }

  /** The visit that decides; undefined where there is none: `@SkipFlags()`. */
  protected visit(context: ExecutionContext, { client }: FlagRequirement): Promise<Visit | undefined> {
    if (!this.openers) throw moduleMissing('@RequireFlag', 'overrideGuard(VwoGuard)');
    return this.openers.get(client).openInGuard(context);
  }

  /** What a user gets who does not meet the requirement. */
  protected refused(context: ExecutionContext, requirement: FlagRequirement, visit: Visit | undefined): Error {
    if (!visit?.user) {
      const asksOption = this.openers?.get(requirement.client).asksOption ?? false;
      warnOfBinding(context, this.constructor as Type<CanActivate>, asksOption);
    }
    return requirement.otherwise(context);
  }
}
