import { addMetadata, metadata, oncePerHandler } from '../handler/index.js';
import type { FlagRequirement } from './flag-requirement.js';

const REQUIREMENTS = 'nestjs-vwo:requirements';

/** What must hold for a handler to run: all of it, the class' first. */
export const requirementsOn = oncePerHandler((handler, handlerClass) => [
  ...metadata<FlagRequirement>(REQUIREMENTS, handlerClass),
  ...metadata<FlagRequirement>(REQUIREMENTS, handler),
]);

export function declareRequirement(requirement: FlagRequirement, place: object): void {
  addMetadata(REQUIREMENTS, requirement, place);
}

/** Whether something was required of this class or method already. */
export function isGated(place: object): boolean {
  return metadata(REQUIREMENTS, place).length > 0;
}
