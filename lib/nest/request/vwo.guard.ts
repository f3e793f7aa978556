import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { meets } from './flag-requirement.js';
import { warnOfLaterGuards } from './guard-order.js';
import { flagsOn } from './handler-flags.js';
import { VisitOpener } from './visit-opener.js';

/** Lets through whoever meets every `@RequireFlag` on the handler and its class. Bound by that decorator. */
@Injectable()
export class VwoGuard implements CanActivate {
  constructor(private readonly opener: VisitOpener) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const visit = await this.opener.openInGuard(context);
    for (const requirement of flagsOn(context).requirements) {
      if (visit && meets(visit.flag(requirement.key), requirement)) continue;
      if (!visit?.user) warnOfLaterGuards(context, VwoGuard);
      throw requirement.otherwise(context);
    }
    return true;
  }
}
